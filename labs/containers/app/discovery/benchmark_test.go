package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// Calls a second over loopback with 10,000 services registered, beside a handler that does nothing:
//
//	go test -run '^$' -bench . -benchtime 3s
const services = 10_000

func BenchmarkBare(b *testing.B) {
	measure(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}\n")
	}), func(address string, n int) *http.Request {
		return request(http.MethodGet, address+"/services/s"+fmt.Sprint(n%services), nil)
	})
}

func BenchmarkLookup(b *testing.B) {
	measure(b, full(), func(address string, n int) *http.Request {
		return request(http.MethodGet, address+"/services/s"+fmt.Sprint(n%services), nil)
	})
}

func BenchmarkRegister(b *testing.B) {
	measure(b, full(), func(address string, n int) *http.Request {
		body := fmt.Appendf(nil, `{"name":"s%d","host":"10.0.0.%d","port":80}`, n%services, n%2)
		return request(http.MethodPost, address+"/register", body)
	})
}

// full is the service as it runs, log lines written, with 10,000 services in it.
func full() http.Handler {
	registry := NewRegistry(expiry, 10*expiry)
	for n := range services {
		registry.Register(Instance{Name: fmt.Sprint("s", n), Host: "10.0.0.0", Port: 80})
	}
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	return (&Server{registry: registry, log: log}).Routes()
}

// measure sends requests from several clients that keep their connections.
func measure(b *testing.B, handler http.Handler, next func(address string, n int) *http.Request) {
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	var count atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(work *testing.PB) {
		for work.Next() {
			answer, err := client.Do(next(server.URL, int(count.Add(1))))
			if err != nil || answer.StatusCode >= 400 {
				b.Errorf("%v %v", answer, err)
				return
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

func request(method, address string, body []byte) *http.Request {
	made, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		panic(err) // an address of ours
	}
	return made
}
