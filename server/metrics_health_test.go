package server_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

func TestMetricsOfTheFleet(t *testing.T) {
	c := newCentral(t)
	ctx := t.Context()
	server, err := c.store.AddServer(ctx, admin, fleet.NewServer{Name: "m-1", Address: "192.0.2.1", Role: fleet.RoleMaster, HostKey: "ssh-ed25519 AAAA"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.store.DB().ExecContext(ctx, "UPDATE servers SET status = 'READY'"); err != nil {
		t.Fatal(err)
	}
	if err := c.store.EnrolHealth(ctx, time.Microsecond, time.Microsecond); err != nil {
		t.Fatal(err)
	}
	claims, err := c.store.ClaimSamples(ctx, 1, time.Hour)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claimed %v, %v", claims, err)
	}
	lag, age := 2.5, 90.0
	err = c.store.SaveSamples(ctx, []store.SampleResult{{SampleClaim: claims[0], At: time.Now().UTC(), Sample: &fleet.ServerSample{
		At: time.Now().UTC(), Load1: 0.5, CPUs: 2, MemoryUsed: 1, MemoryTotal: 4,
		Disks:       []fleet.DiskUse{{Mount: "/", SizeBytes: 100, UsedBytes: 25, FreeBytes: 75, Inodes: 1000, InodesUsed: 500}},
		Services:    []fleet.ServiceState{{Name: "mariadb.service", State: "failed"}, {Name: "nginx.service", State: "active"}},
		Certificate: &fleet.CertificateEnd{Host: "acme.example.com", ExpiresAt: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)},
		Replication: &fleet.ReplicationProbe{Role: "slave", IO: "Yes", SQL: "No", LagSeconds: &lag, MirrorAge: &age},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	slave, err := c.store.AddServer(ctx, admin, fleet.NewServer{Name: "s-1", Address: "192.0.2.2", Role: fleet.RoleSlave, HostKey: "ssh-ed25519 BBBB"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.store.DB().ExecContext(ctx, `INSERT INTO pairs (name, master_id, slave_id, status, status_reason, epoch, replication, created_at, updated_at)
		VALUES ('north', ?, ?, 'READY', '', 1, '{"masterGtid": "0-1-42", "slaveGtid": "0-1-40"}', NOW(6), NOW(6))`, server.ID, slave.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.store.DB().ExecContext(ctx, `INSERT INTO alerts (open_key, rule, severity, server_id, subject, sentence, raised_at) VALUES
		('a', 'SERVICE', 'CRITICAL', ?, 'm-1', '', NOW(6)), ('b', 'DISK', 'WARNING', ?, 'm-1', '', NOW(6)), ('c', 'DISK', 'WARNING', ?, 'm-1', '', NOW(6)),
		('d', 'STORAGE', 'WARNING', NULL, 'backups', '', NOW(6))`, server.ID, server.ID, server.ID)
	if err != nil {
		t.Fatal(err)
	}
	body := c.stranger().send("GET", "/metrics", "", "", nil).Body
	for _, line := range []string{
		`central_server_up{role="MASTER",server="` + server.Name + `"} 1`,
		`central_server_health{role="MASTER",server="m-1",state="OK"} 1`,
		`central_server_health{role="MASTER",server="m-1",state="DOWN"} 0`,
		`central_server_load1{server="m-1"} 0.5`,
		`central_server_disk_used_ratio{mount="/",server="m-1"} 0.25`,
		`central_server_replication_running{server="m-1",thread="sql"} 0`,
		`central_server_replication_lag_seconds{server="m-1"} 2.5`,
		`central_sites{state="DOWN"} 0`,
		`central_server_memory_used_bytes{server="m-1"} 1`,
		`central_server_memory_total_bytes{server="m-1"} 4`,
		`central_server_disk_inodes_used_ratio{mount="/",server="m-1"} 0.5`,
		`central_server_certificate_expiry_timestamp_seconds{server="m-1"} 4.1024448e+09`,
		`central_pair_transactions_behind{pair="north"} 2`,
		`central_server_mirror_age_seconds{server="m-1"} 90`,
		`central_server_service_active{server="m-1",service="mariadb.service"} 0`,
		`central_server_service_active{server="m-1",service="nginx.service"} 1`,
		`central_alerts{severity="CRITICAL"} 1`,
		`central_alerts{severity="WARNING"} 3`,
		`central_server_alerts{rule="SERVICE",server="m-1",severity="CRITICAL"} 1`,
		`central_server_alerts{rule="DISK",server="m-1",severity="WARNING"} 2`,
		`central_server_alerts{rule="STORAGE",server="",severity="WARNING"} 1`,
		`central_samples_overdue_seconds 0`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("%s is missing", line)
		}
	}
	if t.Failed() {
		t.Log(body)
	}
}
