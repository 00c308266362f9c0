package server

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"central/fleet"
	"central/store"
)

// metrics are what Prometheus reads: the Go runtime, the process, HTTP, the queue, and how the fleet does.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	streams  *prometheus.GaugeVec
}

func newMetrics(s *store.Store) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "central_http_request_seconds", Help: "How long HTTP requests took, streams left out.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "code"}),
		streams: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "central_streams", Help: "Websockets and server-sent event streams that are open.",
		}, []string{"transport"}),
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.streams, queueDepth{s}, fleetHealth{s}, backupAges{s},
	)
	return m
}

// timed measures the requests to next.
func (m *metrics) timed(route string, next http.Handler) http.Handler {
	return promhttp.InstrumentHandlerDuration(m.requests.MustCurryWith(prometheus.Labels{"route": route}), next)
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// queueDepth counts the actions that wait and run whenever it is asked.
type queueDepth struct{ store *store.Store }

var queueDepthDesc = prometheus.NewDesc("central_actions", "Actions of the queue that have not ended.", []string{"status"}, nil)

// Describe implements prometheus.Collector.
func (queueDepth) Describe(descs chan<- *prometheus.Desc) { descs <- queueDepthDesc }

// Collect implements prometheus.Collector.
func (q queueDepth) Collect(into chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, status := range []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning} {
		actions, err := q.store.Actions(ctx, fleet.Page{First: 1}, fleet.ActionFilter{Statuses: []fleet.ActionStatus{status}})
		if err != nil {
			into <- prometheus.NewInvalidMetric(queueDepthDesc, err)
			continue
		}
		into <- prometheus.MustNewConstMetric(queueDepthDesc, prometheus.GaugeValue, float64(actions.TotalCount), string(status))
	}
}
