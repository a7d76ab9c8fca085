package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func newServer() http.Handler {
	server := &Server{registry: NewRegistry(expiry, 10*expiry), log: slog.New(slog.DiscardHandler)}
	return server.Routes()
}

func ask(handler http.Handler, method, path, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer
}

func TestALifeOfAnInstance(t *testing.T) {
	server := newServer()
	for _, step := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/services/web", "", 404},
		{"POST", "/register", `{"name":"web","host":"10.0.0.1","port":3000}`, 201},
		{"POST", "/register", `{"name":"web","host":"10.0.0.1","port":3000}`, 200},
		{"POST", "/register", `{"name":"web","host":"10.0.0.2","port":3000}`, 201},
		{"GET", "/services/web", "", 200},
		{"GET", "/services", "", 200},
		{"PUT", "/services/web/10.0.0.1:3000/heartbeat", "", 200},
		{"PUT", "/services/web/10.0.0.9:3000/heartbeat", "", 404},
		{"DELETE", "/deregister/web/10.0.0.1:3000", "", 200},
		{"DELETE", "/deregister/web/10.0.0.1:3000", "", 404},
		{"DELETE", "/deregister/web", "", 200},
		{"GET", "/services/web", "", 404},
		{"GET", "/health", "", 200},
		{"GET", "/ready", "", 200},
	} {
		answer := ask(server, step.method, step.path, step.body)
		if answer.Code != step.status || !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%s %s: %d %s", step.method, step.path, answer.Code, answer.Body)
		}
	}
}

func TestBadInputGetsAReason(t *testing.T) {
	large := `{"name":"` + strings.Repeat("a", 10<<20) + `"}`
	for name, bad := range map[string]struct {
		method, path, body string
		status             int
	}{
		"no body":      {"POST", "/register", "", 400},
		"no JSON":      {"POST", "/register", "name=web", 400},
		"a list":       {"POST", "/register", "[]", 400},
		"null":         {"POST", "/register", "null", 400},
		"two values":   {"POST", "/register", "{}{}", 400},
		"a text port":  {"POST", "/register", `{"name":"web","host":"h","port":"80"}`, 400},
		"port 70000":   {"POST", "/register", `{"name":"web","host":"h","port":70000}`, 400},
		"port 1e99":    {"POST", "/register", `{"name":"web","host":"h","port":1e99}`, 400},
		"port 80.5":    {"POST", "/register", `{"name":"web","host":"h","port":80.5}`, 400},
		"10 MB":        {"POST", "/register", large, 413},
		"unknown name": {"GET", "/services/nobody", "", 404},
		"unknown path": {"GET", "/nothing", "", 404},
		"wrong method": {"GET", "/register", "", 405},
	} {
		answer := ask(newServer(), bad.method, bad.path, bad.body)
		var reason struct{ Error string }
		if err := json.Unmarshal(answer.Body.Bytes(), &reason); err != nil || reason.Error == "" {
			t.Errorf("%s: no reason in %q", name, answer.Body)
		}
		if answer.Code != bad.status {
			t.Errorf("%s: %d, not %d: %s", name, answer.Code, bad.status, reason.Error)
		}
	}
}

func TestMetricsCountByTemplateNotByPath(t *testing.T) {
	server := newServer()
	ask(server, "GET", "/services/a", "")
	ask(server, "GET", "/services/b", "")
	ask(server, "GET", "/nothing", "")
	text, _ := io.ReadAll(ask(server, "GET", "/metrics", "").Body)
	for _, line := range []string{
		`http_requests_total{code="404",method="GET",route="/services/{name}"} 2`,
		`http_requests_total{code="404",method="GET",route="none"} 1`,
		`discovery_instances{health="healthy"} 0`,
	} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no line %s", line)
		}
	}
}
