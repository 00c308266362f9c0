package bench

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

const aSample = `load1=0.42
cpus=4
memory_total_kb=1000
memory_available_kb=400
uptime=86400
now=1800000100
disk=1000 600 350 100 10 /
disk=1000 600 350 100 10 /
disk=500 1 499 - - /srv/with space
disk=0 0 0 0 0 /boot/efi
disk=1 1 1 1 1 /proc/meminfo
disk=nonsense
unit=nginx.service active
unit=central-main-r1.target inactive
unit=
noise
`

func TestParseSample(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	alone := fleet.ServerSample{
		At: at, Load1: 0.42, CPUs: 4, MemoryTotal: 1000 << 10, MemoryUsed: 600 << 10, UptimeSeconds: 86400,
		Disks: []fleet.DiskUse{
			{Mount: "/", SizeBytes: 1000, UsedBytes: 600, FreeBytes: 350, Inodes: 100, InodesUsed: 10},
			{Mount: "/srv/with space", SizeBytes: 500, UsedBytes: 1, FreeBytes: 499},
		},
		Services: []fleet.ServiceState{{Name: "central-main-r1.target", State: "inactive"}, {Name: "nginx.service", State: "active"}},
	}
	with := func(change func(*fleet.ServerSample)) fleet.ServerSample {
		copied := alone
		change(&copied)
		return copied
	}
	lag, age, mirrored := 2.5, 100.0, time.Unix(1800000000, 0).UTC()
	for _, test := range []struct {
		name, more string
		want       fleet.ServerSample
	}{
		{"Alone", "", alone},
		{"Proxy", "certificate=20270131235959 acme.example.com\n", with(func(s *fleet.ServerSample) {
			s.Certificate = &fleet.CertificateEnd{Host: "acme.example.com", ExpiresAt: time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC)}
		})},
		{"CertificateWithoutHost", "certificate=20270131235959 \n", with(func(s *fleet.ServerSample) {
			s.Certificate = &fleet.CertificateEnd{ExpiresAt: time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC)}
		})},
		{"CertificateOfNonsense", "certificate=soon\n", alone},
		{"Slave", "role.role=slave\nrole.open=no\nrole.slave_pos=0-1-7\nrole.io=Yes\nrole.sql=No\nrole.lag=2.5\nrole.error=Duplicate entry\nrole.mirrored=1800000000\n", with(func(s *fleet.ServerSample) {
			s.Replication = &fleet.ReplicationProbe{
				Role: "slave", SlavePos: "0-1-7", IO: "Yes", SQL: "No", LagSeconds: &lag, Error: "Duplicate entry", MirroredAt: &mirrored, MirrorAge: &age,
			}
		})},
		{"Master", "role.role=master\nrole.open=yes\nrole.binlog_pos=0-1-9\nrole.lag=\nrole.mirrored=\n", with(func(s *fleet.ServerSample) {
			s.Replication = &fleet.ReplicationProbe{Role: "master", Open: true, BinlogPos: "0-1-9"}
		})},
		{"RoleOfNoPair", "role.role=\n", alone},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseSample([]byte(aSample+test.more), at)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseSample_HalfAnAnswer(t *testing.T) {
	for _, text := range []string{"", "load1=1\ncpus=2\n"} {
		if _, err := ParseSample([]byte(text), time.Time{}); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("%q: %v", text, err)
		}
	}
}
