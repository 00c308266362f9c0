package server

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"central/fleet"
	"central/store"
)

// fleetHealth tells how servers and sites do, as the database has it whenever it is asked.
type fleetHealth struct{ store *store.Store }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("central_"+name, help, labels, nil)
}

// The metrics of fleetHealth. Those of a server are left out while nothing recent is known of it, but for its state.
var (
	serverUp          = describe("server_up", "Whether a server could be reached when it was last looked at.", "server", "role")
	serverHealthState = describe("server_health", "1 for the state that a server is in.", "server", "role", "state")
	serverLoad        = describe("server_load1", "Processes that run or wait to run, over a minute.", "server")
	serverCPUs        = describe("server_cpus", "Processors of a server.", "server")
	serverMemoryUsed  = describe("server_memory_used_bytes", "Memory that is not available to more programs.", "server")
	serverMemoryTotal = describe("server_memory_total_bytes", "Memory in all.", "server")
	serverDiskUsed    = describe("server_disk_used_ratio", "Share of a file system that is used, 0 to 1.", "server", "mount")
	serverInodesUsed  = describe("server_disk_inodes_used_ratio", "Share of a file system's inodes that is used, 0 to 1.", "server", "mount")
	serverUptime      = describe("server_uptime_seconds", "Since a server was started.", "server")
	serverCertificate = describe("server_certificate_expiry_timestamp_seconds", "When the certificate on a server that expires first does so.", "server")
	serverLag         = describe("server_replication_lag_seconds", "How far a slave is behind its master.", "server")
	serverReplication = describe("server_replication_running", "Whether a thread of a slave runs.", "server", "thread")
	pairBehind        = describe("pair_transactions_behind", "How many transactions of its master the slave of a pair had not applied when both were last looked at.", "pair")
	serverMirrorAge   = describe("server_mirror_age_seconds", "Since the last complete mirroring of a slave's files began, as of the last look.", "server")
	serverService     = describe("server_service_active", "Whether a service that matters on a server runs.", "server", "service")
	serverSampled     = describe("server_sample_timestamp_seconds", "When a server was last looked at.", "server")
	serverTook        = describe("server_sample_duration_seconds", "How long the last look that reached a server took.", "server")
	sitesByHealth     = describe("sites", "Routed sites by how they answer.", "state")
	alertsOpen        = describe("alerts", "Open alerts.", "severity")
	serverAlerts      = describe("server_alerts", "Open alerts by what they are about; server is empty for those about none.", "server", "rule", "severity")
	samplesOverdue    = describe("samples_overdue_seconds", "By how much the look at a server that is latest is overdue.")
	checksOverdue     = describe("site_checks_overdue_seconds", "By how much the request to a site that is latest is overdue.")
)

// Describe implements prometheus.Collector.
func (fleetHealth) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		serverUp, serverHealthState, serverLoad, serverCPUs, serverMemoryUsed, serverMemoryTotal, serverDiskUsed, serverInodesUsed, serverUptime,
		serverCertificate, serverLag, serverReplication, serverMirrorAge, pairBehind, serverService, serverAlerts, serverSampled, serverTook, sitesByHealth, alertsOpen, samplesOverdue, checksOverdue,
	} {
		descs <- d
	}
}

// Collect implements prometheus.Collector.
func (c fleetHealth) Collect(into chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	figures, err := c.store.HealthFigures(ctx)
	if err != nil {
		into <- prometheus.NewInvalidMetric(serverUp, err)
		return
	}
	say := func(d *prometheus.Desc, value float64, labels ...string) {
		into <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, server := range figures.Servers {
		for _, state := range []fleet.HealthState{fleet.HealthOK, fleet.HealthDegraded, fleet.HealthDown, fleet.HealthUnknown} {
			say(serverHealthState, number(server.Health.State == state), server.Name, string(server.Role), string(state))
		}
		if server.Health.At != nil {
			say(serverSampled, seconds(*server.Health.At), server.Name)
		}
		if server.Health.State == fleet.HealthUnknown {
			continue
		}
		say(serverUp, number(server.Health.State != fleet.HealthDown), server.Name, string(server.Role))
		if latest := server.Health.Latest; latest != nil && server.Health.State != fleet.HealthDown {
			saySample(say, server.Name, *latest)
		}
	}
	for _, state := range []fleet.HealthState{fleet.HealthUp, fleet.HealthMaintenance, fleet.HealthDown, fleet.HealthUnknown} {
		say(sitesByHealth, float64(figures.Sites[state]), string(state))
	}
	for _, severity := range []fleet.AlertSeverity{fleet.SeverityWarning, fleet.SeverityCritical} {
		say(alertsOpen, float64(figures.Alerts[severity]), string(severity))
	}
	for _, pair := range figures.Pairs {
		say(pairBehind, float64(pair.Behind), pair.Name)
	}
	for _, of := range figures.AlertsBy {
		say(serverAlerts, float64(of.Count), of.Server, string(of.Rule), string(of.Severity))
	}
	say(samplesOverdue, figures.SamplesOverdue)
	say(checksOverdue, figures.ChecksOverdue)
}

func saySample(say func(*prometheus.Desc, float64, ...string), server string, sample fleet.ServerSample) {
	say(serverLoad, sample.Load1, server)
	say(serverCPUs, float64(sample.CPUs), server)
	say(serverMemoryUsed, float64(sample.MemoryUsed), server)
	say(serverMemoryTotal, float64(sample.MemoryTotal), server)
	say(serverUptime, float64(sample.UptimeSeconds), server)
	say(serverTook, sample.TookSeconds, server)
	for _, disk := range sample.Disks {
		say(serverDiskUsed, disk.UsedRatio(), server, disk.Mount)
		if disk.Inodes > 0 {
			say(serverInodesUsed, disk.InodesRatio(), server, disk.Mount)
		}
	}
	for _, service := range sample.Services {
		say(serverService, number(service.State == "active"), server, service.Name)
	}
	if sample.Certificate != nil {
		say(serverCertificate, seconds(sample.Certificate.ExpiresAt), server)
	}
	if probe := sample.Replication; probe != nil && (probe.IO != "" || probe.Role == "slave") {
		say(serverReplication, number(probe.IO == "Yes"), server, "io")
		say(serverReplication, number(probe.SQL == "Yes"), server, "sql")
		if probe.LagSeconds != nil {
			say(serverLag, *probe.LagSeconds, server)
		}
		if probe.MirrorAge != nil {
			say(serverMirrorAge, *probe.MirrorAge, server)
		}
	}
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }
