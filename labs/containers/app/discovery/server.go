package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/gorilla/mux"
)

const (
	bodyLimit  = 4 << 10  // a registration is some hundred bytes
	drainLimit = 16 << 20 // of a body that is too large, so that the client reads why
)

// Server answers for a registry over HTTP.
type Server struct {
	registry *Registry
	log      *slog.Logger
}

// Routes are those of the seed, and what it lacked: a heartbeat, one instance of several, metrics.
func (s *Server) Routes() http.Handler {
	router := mux.NewRouter()
	metrics := newMetrics(s.registry)
	router.HandleFunc("/register", s.register).Methods(http.MethodPost)
	router.HandleFunc("/deregister/{name}", s.deregister).Methods(http.MethodDelete)
	router.HandleFunc("/deregister/{name}/{id}", s.deregister).Methods(http.MethodDelete)
	router.HandleFunc("/services", s.list).Methods(http.MethodGet)
	router.HandleFunc("/services/{name}", s.get).Methods(http.MethodGet)
	router.HandleFunc("/services/{name}/{id}/heartbeat", s.heartbeat).Methods(http.MethodPut)
	// Alive and ready are the same here: the registry is in memory and depends on nobody.
	router.HandleFunc("/health", s.health).Methods(http.MethodGet)
	router.HandleFunc("/ready", s.health).Methods(http.MethodGet)
	router.Handle("/metrics", metrics.handler()).Methods(http.MethodGet)
	// mux doesn't take these two through the middleware, so they bring their own.
	router.Use(metrics.count)
	router.NotFoundHandler = metrics.count(http.HandlerFunc(noSuchPath))
	router.MethodNotAllowedHandler = metrics.count(http.HandlerFunc(noSuchMethod))
	return router
}

func (s *Server) register(w http.ResponseWriter, r *http.Request) {
	instance, problem := decode(w, r)
	if problem {
		return
	}
	if err := instance.Validate(); err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	instance, added := s.registry.Register(instance)
	status := http.StatusOK
	if added {
		status = http.StatusCreated
		s.log.Info("registered", "name", instance.Name, "id", instance.ID)
	}
	reply(w, status, instance)
}

func (s *Server) deregister(w http.ResponseWriter, r *http.Request) {
	name, id := mux.Vars(r)["name"], mux.Vars(r)["id"]
	removed := s.registry.Deregister(name, id)
	if removed == 0 {
		refuse(w, http.StatusNotFound, "no such instance: %s %s", name, id)
		return
	}
	s.log.Info("deregistered", "name", name, "id", id, "instances", removed)
	reply(w, http.StatusOK, map[string]any{"status": "deregistered", "instances": removed})
}

func (s *Server) heartbeat(w http.ResponseWriter, r *http.Request) {
	name, id := mux.Vars(r)["name"], mux.Vars(r)["id"]
	instance, known := s.registry.Heartbeat(name, id)
	if !known {
		refuse(w, http.StatusNotFound, "no such instance: %s %s; register it", name, id)
		return
	}
	reply(w, http.StatusOK, instance)
}

func (s *Server) list(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, s.registry.All())
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	name := mux.Vars(r)["name"]
	instances := s.registry.Healthy(name)
	if len(instances) == 0 {
		refuse(w, http.StatusNotFound, "no healthy instance of %s", name)
		return
	}
	reply(w, http.StatusOK, instances)
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{"status": "healthy"})
}

// decode reads what a client wants to register. Where that can't be done the client has its answer,
// and the second value is true.
func decode(w http.ResponseWriter, r *http.Request) (instance Instance, refused bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "the body ended early")
		return instance, true
	}
	if len(body) > bodyLimit {
		_, _ = io.CopyN(io.Discard, r.Body, drainLimit) // whatever it holds has lost already
		refuse(w, http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", bodyLimit)
		return instance, true
	}
	var wrongType *json.UnmarshalTypeError
	switch err := json.Unmarshal(body, &instance); {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		refuse(w, http.StatusBadRequest, "%s can't be a %s", wrongType.Field, wrongType.Value)
	case errors.As(err, &wrongType):
		refuse(w, http.StatusBadRequest, "the body must be a JSON object, not a %s", wrongType.Value)
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body is not JSON: %v", err)
	default:
		return instance, false
	}
	return instance, true
}

func noSuchPath(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, "no such path: %s", r.URL.Path)
}

func noSuchMethod(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusMethodNotAllowed, "%s is not for %s", r.Method, r.URL.Path)
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // fails only where the client has gone
}

// refuse answers with a reason, in JSON like every other answer.
func refuse(w http.ResponseWriter, status int, format string, values ...any) {
	reply(w, status, map[string]string{"error": fmt.Sprintf(format, values...)})
}
