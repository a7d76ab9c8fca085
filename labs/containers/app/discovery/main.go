// Discovery tells which instances of a service are there: they register, send a sign of life before
// EXPIRY is over, and deregister when they stop. Who calls a service asks here for its addresses.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// What ADDRESS, EXPIRY and SWEEP are where the environment says nothing.
const (
	listenAt   = ":8080"
	expiry     = 30 * time.Second
	sweepEvery = 10 * time.Second
	stopWithin = 1500 * time.Millisecond // an engine waits longer; a person who types `down` shouldn't
)

func main() {
	hostname, _ := os.Hostname() // in a container: its id
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", "discovery", "instance", hostname)
	if err := run(log); err != nil {
		log.Error("ended", "error", err.Error())
		os.Exit(1)
	}
}

// run serves until SIGTERM or Ctrl-C, and then lets the requests that it has begun come to their end.
func run(log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	ttl, err := duration("EXPIRY", expiry)
	if err != nil {
		return err
	}
	every, err := duration("SWEEP", sweepEvery)
	if err != nil {
		return err
	}
	address := cmp.Or(os.Getenv("ADDRESS"), listenAt)
	registry := NewRegistry(ttl, 10*ttl)
	go sweep(ctx, registry, every, log)

	server := &http.Server{
		Addr:              address,
		Handler:           (&Server{registry: registry, log: log}).Routes(),
		ReadHeaderTimeout: 5 * time.Second, // else a client that says nothing holds a connection for ever
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       60 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Info("listening", "address", address, "expiry", ttl.String())
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

// sweep forgets, now and then, what has been gone for long.
func sweep(ctx context.Context, registry *Registry, every time.Duration, log *slog.Logger) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if removed := registry.Sweep(); removed > 0 {
				log.Info("forgotten", "instances", removed)
			}
		}
	}
}

// duration is an environment variable such as 30s.
func duration(variable string, otherwise time.Duration) (time.Duration, error) {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise, nil
	}
	found, err := time.ParseDuration(text)
	if err != nil || found <= 0 {
		return 0, fmt.Errorf("%s must be a time such as 30s, and is %q", variable, text)
	}
	return found, nil
}
