package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

var errAway = errors.New("connection refused")

// fakeQueue keeps jobs in memory; with an error it is Redis that has gone.
type fakeQueue struct {
	mutex sync.Mutex
	jobs  []Job
	err   error
}

func (q *fakeQueue) Push(_ context.Context, job Job) error {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.err == nil {
		q.jobs = append(q.jobs, job)
	}
	return q.err
}

func (q *fakeQueue) Holds(_ context.Context, id string) (bool, error) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	for _, job := range q.jobs {
		if job.ID == id {
			return true, q.err
		}
	}
	return false, q.err
}

func (q *fakeQueue) Ping(context.Context) error { return q.err }

// fakeStore holds results; `late` appear with the second look.
type fakeStore struct {
	results, late []Result
	err           error
}

func (s *fakeStore) Get(_ context.Context, id string) (*Result, error) {
	defer func() { s.results, s.late = append(s.results, s.late...), nil }()
	for _, result := range s.results {
		if result.ID == id {
			return &result, s.err
		}
	}
	return nil, s.err
}

func (s *fakeStore) Latest(_ context.Context, limit int) ([]Result, error) {
	return s.results[:min(limit, len(s.results))], s.err
}

func (s *fakeStore) Ping(context.Context) error { return s.err }

func newServer(queue queue, store store) http.Handler {
	server := &Server{queue: queue, store: store, log: slog.New(slog.DiscardHandler), instance: "c0ffee"}
	return server.Routes()
}

func ask(handler http.Handler, method, path, body string) (status int, answer map[string]any) {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	_ = json.Unmarshal(recorder.Body.Bytes(), &answer)
	return recorder.Code, answer
}

func TestAJobIsTakenAndShown(t *testing.T) {
	queue, store := &fakeQueue{}, &fakeStore{}
	server := newServer(queue, store)
	status, job := ask(server, "POST", "/jobs", `{"text":"a b"}`)
	if status != http.StatusAccepted || job["state"] != waiting || len(queue.jobs) != 1 {
		t.Fatal(status, job, queue.jobs)
	}
	path := "/jobs/" + job["id"].(string)
	if status, found := ask(server, "GET", path, ""); status != 200 || found["state"] != waiting {
		t.Fatal(status, found)
	}
	store.results = []Result{{ID: queue.jobs[0].ID, State: done, Words: 2}}
	if status, found := ask(server, "GET", path, ""); status != 200 || found["words"] != 2.0 {
		t.Fatal(status, found)
	}
}

func TestAJobThatIsFinishedBetweenTwoLooksIsFound(t *testing.T) {
	id := newID()
	server := newServer(&fakeQueue{}, &fakeStore{late: []Result{{ID: id, State: done}}})
	if status, found := ask(server, "GET", "/jobs/"+id, ""); status != 200 {
		t.Fatal(status, found)
	}
}

func TestBadInputGetsAReason(t *testing.T) {
	for name, bad := range map[string]struct {
		method, path, body string
		status             int
	}{
		"no body":        {"POST", "/jobs", "", 400},
		"no JSON":        {"POST", "/jobs", "text=a", 400},
		"a list":         {"POST", "/jobs", "[]", 400},
		"null":           {"POST", "/jobs", "null", 400},
		"two values":     {"POST", "/jobs", `{"text":"a"}{}`, 400},
		"a number":       {"POST", "/jobs", `{"text":5}`, 400},
		"no text":        {"POST", "/jobs", "{}", 400},
		"blank":          {"POST", "/jobs", `{"text":" \n"}`, 400},
		"NUL":            {"POST", "/jobs", `{"text":"a\u0000b"}`, 400},
		"10 MB":          {"POST", "/jobs", `{"text":"` + strings.Repeat("a", 10<<20) + `"}`, 413},
		"strange id":     {"GET", "/jobs/1%27--", "", 404},
		"unknown id":     {"GET", "/jobs/" + newID(), "", 404},
		"limit 0":        {"GET", "/jobs?limit=0", "", 400},
		"limit many":     {"GET", "/jobs?limit=many", "", 400},
		"unknown path":   {"GET", "/nothing", "", 404},
		"unknown method": {"PUT", "/jobs", "", 404},
	} {
		status, answer := ask(newServer(&fakeQueue{}, &fakeStore{}), bad.method, bad.path, bad.body)
		if status != bad.status || answer["error"] == nil {
			t.Errorf("%s: %d, not %d: %v", name, status, bad.status, answer)
		}
	}
}

func TestWhatIsLostGives503(t *testing.T) {
	id := newID()
	for name, lost := range map[string]struct {
		queue              queue
		store              store
		method, path, body string
	}{
		"a job without Redis":       {&fakeQueue{err: errAway}, &fakeStore{}, "POST", "/jobs", `{"text":"a"}`},
		"a job without REDIS_URL":   {NoQueue{}, &fakeStore{}, "POST", "/jobs", `{"text":"a"}`},
		"an open job without Redis": {&fakeQueue{err: errAway}, &fakeStore{}, "GET", "/jobs/" + id, ""},
		"a result without database": {&fakeQueue{}, &fakeStore{err: errAway}, "GET", "/jobs/" + id, ""},
		"a list without database":   {&fakeQueue{}, &fakeStore{err: errAway}, "GET", "/jobs", ""},
		"ready without Redis":       {&fakeQueue{err: errAway}, &fakeStore{}, "GET", "/ready", ""},
		"ready without database":    {&fakeQueue{}, &fakeStore{err: errAway}, "GET", "/ready", ""},
	} {
		if status, answer := ask(newServer(lost.queue, lost.store), lost.method, lost.path, lost.body); status != 503 {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
}

func TestJobsAreTakenWhileTheDatabaseIsAway(t *testing.T) {
	queue := &fakeQueue{}
	server := newServer(queue, &fakeStore{err: errAway})
	if status, _ := ask(server, "POST", "/jobs", `{"text":"a"}`); status != 202 || len(queue.jobs) != 1 {
		t.Fatal(status, queue.jobs)
	}
}

func TestReadyNamesWhatDoesNotAnswer(t *testing.T) {
	_, answer := ask(newServer(&fakeQueue{err: errAway}, &fakeStore{}), "GET", "/ready", "")
	if answer["redis"] != "doesn't answer" || answer["database"] != "answers" {
		t.Fatal(answer)
	}
	status, answer := ask(newServer(NoQueue{}, &fakeStore{}), "GET", "/ready", "")
	if _, named := answer["redis"]; named || status != 200 {
		t.Fatal(status, answer)
	}
}

func TestAliveWhateverIsLost(t *testing.T) {
	server := newServer(&fakeQueue{err: errAway}, &fakeStore{err: errAway})
	if status, _ := ask(server, "GET", "/health", ""); status != 200 {
		t.Fatal(status)
	}
}

func TestEveryAnswerNamesItsInstance(t *testing.T) {
	recorder := httptest.NewRecorder()
	newServer(&fakeQueue{}, &fakeStore{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/nothing", nil))
	if found := recorder.Header().Get("X-Instance"); found != "c0ffee" {
		t.Fatal(found)
	}
}

func TestMetricsCountByPatternNotByPath(t *testing.T) {
	server := newServer(&fakeQueue{}, &fakeStore{})
	ask(server, "GET", "/jobs/"+newID(), "")
	ask(server, "GET", "/jobs/"+newID(), "")
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	text, _ := io.ReadAll(recorder.Body)
	line := `http_requests_total{code="404",method="GET",route="GET /jobs/{id}"} 2`
	if !strings.Contains(string(text), line) {
		t.Fatalf("no line %s", line)
	}
}
