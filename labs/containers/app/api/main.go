// API takes texts to count, puts them on Redis as jobs, and shows what the workers wrote to PostgreSQL.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	listenAt   = ":8080"
	stopWithin = 1500 * time.Millisecond // an engine waits longer; a person who types `down` shouldn't
)

func main() {
	hostname, _ := os.Hostname() // in a container: its id
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", "api", "instance", hostname)
	if err := run(log, hostname); err != nil {
		log.Error("ended", "error", err.Error())
		os.Exit(1)
	}
}

func run(log *slog.Logger, hostname string) error {
	config, err := readConfig()
	if err != nil {
		return err
	}
	store, err := NewStore(config.Database)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	server := &Server{queue: NoQueue{}, store: store, log: log, instance: hostname}
	if config.Redis != "" {
		queue := NewQueue(config.Redis)
		defer func() { _ = queue.Close() }()
		server.queue = queue
	}
	return serve(server.Routes(), log)
}

// serve until SIGTERM or Ctrl-C, and then let the requests that have begun come to their end.
func serve(handler http.Handler, log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	server := &http.Server{
		Addr:              listenAt,
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second, // else a client that says nothing holds a connection for ever
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       60 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Info("listening", "address", listenAt)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	log.Info("stopping")
	return server.Shutdown(limited)
}
