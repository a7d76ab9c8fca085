package main

import (
	"net/http"
	"strconv"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what Prometheus scrapes. In a registry of their own, so that tests can make several.
type metrics struct {
	all      *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(registry *Registry) *metrics {
	m := &metrics{
		all: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total", Help: "Requests that were answered.",
		}, []string{"method", "route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "How long an answer took.",
			Buckets: []float64{.001, .005, .01, .05, .1, .5, 1},
		}, []string{"method", "route"}),
	}
	m.all.MustRegister(m.requests, m.seconds, instanceCollector{registry},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler { return promhttp.HandlerFor(m.all, promhttp.HandlerOpts{}) }

// count measures what a handler answers. Its label is the route's template, not the path: a label
// with arbitrary values makes a time series for each, and Prometheus runs out of memory.
func (m *metrics) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := "none"
		if current := mux.CurrentRoute(r); current != nil {
			route, _ = current.GetPathTemplate()
		}
		timer := prometheus.NewTimer(m.seconds.WithLabelValues(method(r), route))
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		timer.ObserveDuration()
		m.requests.WithLabelValues(method(r), route, strconv.Itoa(seen.status)).Inc()
	})
}

// method is the request's, if HTTP knows it: a client may send any word.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete:
		return r.Method
	}
	return "other"
}

// recorder remembers the status that a handler answered with.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// instanceCollector counts the instances at the moment of a scrape.
type instanceCollector struct{ registry *Registry }

var instances = prometheus.NewDesc("discovery_instances", "Registered instances.", []string{"health"}, nil)

func (c instanceCollector) Describe(out chan<- *prometheus.Desc) { out <- instances }

func (c instanceCollector) Collect(out chan<- prometheus.Metric) {
	healthy, unhealthy := c.registry.Count()
	for label, count := range map[string]int{"healthy": healthy, "unhealthy": unhealthy} {
		out <- prometheus.MustNewConstMetric(instances, prometheus.GaugeValue, float64(count), label)
	}
}
