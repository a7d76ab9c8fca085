package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	bodyLimit     = 64 << 10        // a text to count
	drainLimit    = 16 << 20        // of a body that is too large, so that the client reads why
	patience      = 2 * time.Second // what one request may wait for Redis and PostgreSQL
	latestDefault = 20
	latestLimit   = 100
)

// What the server asks of Redis and of PostgreSQL; tests put others in their place.
type (
	queue interface {
		Push(context.Context, Job) error
		Holds(context.Context, string) (bool, error)
		Ping(context.Context) error
	}
	store interface {
		Get(context.Context, string) (*Result, error)
		Latest(context.Context, int) ([]Result, error)
		Ping(context.Context) error
	}
)

// Server takes jobs and shows their results.
type Server struct {
	queue    queue
	store    store
	log      *slog.Logger
	instance string
}

// Routes answer in JSON, errors too.
func (s *Server) Routes() http.Handler {
	mux, metrics := http.NewServeMux(), newMetrics()
	mux.HandleFunc("POST /jobs", s.create)
	mux.HandleFunc("GET /jobs", s.latest)
	mux.HandleFunc("GET /jobs/{id}", s.show)
	mux.HandleFunc("GET /health", s.health)
	mux.HandleFunc("GET /ready", s.ready)
	mux.HandleFunc("GET /whoami", s.whoami)
	mux.Handle("GET /metrics", metrics.handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "no such path: %s %s", r.Method, r.URL.Path)
	})
	return metrics.count(s.identify(mux))
}

// create takes a job. It needs Redis alone: that is what a queue is for. While the database is away
// jobs are still taken, and done when it's back.
func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "the body ended early")
		return
	}
	if len(body) > bodyLimit {
		_, _ = io.CopyN(io.Discard, r.Body, drainLimit) // whatever it holds has lost already
		refuse(w, http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", bodyLimit)
		return
	}
	job, err := newJob(body)
	if err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if err := s.queue.Push(ctx, job); err != nil {
		s.unavailable(w, "redis", err)
		return
	}
	s.log.Info("job taken", "job", job.ID)
	w.Header().Set("Location", "/jobs/"+job.ID)
	reply(w, http.StatusAccepted, map[string]string{"id": job.ID, "state": waiting})
}

func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !jobID.MatchString(id) {
		refuse(w, http.StatusNotFound, "no job has such an id")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	switch result, held, lost, err := s.find(ctx, id); {
	case err != nil:
		s.unavailable(w, lost, err)
	case result != nil:
		reply(w, http.StatusOK, result)
	case held:
		reply(w, http.StatusOK, map[string]string{"id": id, "state": waiting})
	default:
		refuse(w, http.StatusNotFound, "no job %s", id)
	}
}

// find looks into the database, then into the queue, then into the database again: between the first
// two looks a worker may have finished. With an error it names who doesn't answer.
func (s *Server) find(ctx context.Context, id string) (result *Result, held bool, lost string, err error) {
	if result, err = s.store.Get(ctx, id); err != nil || result != nil {
		return result, false, "database", err
	}
	if held, err = s.queue.Holds(ctx, id); err != nil || held {
		return nil, held, "redis", err
	}
	result, err = s.store.Get(ctx, id)
	return result, false, "database", err
}

func (s *Server) latest(w http.ResponseWriter, r *http.Request) {
	limit := latestDefault
	if text := r.URL.Query().Get("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > latestLimit {
			refuse(w, http.StatusBadRequest, "limit must be from 1 to %d", latestLimit)
			return
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	results, err := s.store.Latest(ctx, limit)
	if err != nil {
		s.unavailable(w, "database", err)
		return
	}
	reply(w, http.StatusOK, results)
}

// health says that the process is alive, whatever its dependencies do: to restart it wouldn't mend them.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{"status": "healthy"})
}

// ready says whether requests can be served now: the dependencies are asked, side by side.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	status, found := http.StatusOK, map[string]string{"status": "ready"}
	var mutex sync.Mutex
	var all sync.WaitGroup
	for name, ping := range s.dependencies() {
		all.Go(func() {
			err := ping(ctx)
			mutex.Lock()
			defer mutex.Unlock()
			found[name] = "answers"
			if err != nil {
				// Why is for the log alone: it may name hosts and users.
				s.log.Error("not ready", "dependency", name, "error", err.Error())
				status, found["status"], found[name] = http.StatusServiceUnavailable, "not ready", "doesn't answer"
			}
		})
	}
	all.Wait()
	reply(w, status, found)
}

func (s *Server) dependencies() map[string]func(context.Context) error {
	found := map[string]func(context.Context) error{"database": s.store.Ping}
	if s.queue != (NoQueue{}) {
		found["redis"] = s.queue.Ping
	}
	return found
}

func (s *Server) whoami(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{"service": "api", "instance": s.instance})
}

// identify says which of several instances answered.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Instance", s.instance)
		next.ServeHTTP(w, r)
	})
}

// unavailable is for what isn't the client's fault and will pass: try again.
func (s *Server) unavailable(w http.ResponseWriter, dependency string, err error) {
	s.log.Error("dependency lost", "dependency", dependency, "error", err.Error())
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, "%s doesn't answer; try again", dependency)
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // fails only where the client has gone
}

// refuse answers with a reason.
func refuse(w http.ResponseWriter, status int, format string, values ...any) {
	reply(w, status, map[string]string{"error": fmt.Sprintf(format, values...)})
}
