package bench

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"central/fleet"
)

var sample = shellScript("sample")

// Sample answers with how a server of a role does, which ParseSample reads. It takes a few dozen milliseconds.
func Sample(role fleet.ServerRole) Command {
	return script(sample, "", "look at how the server does", string(role))
}

// What a sample keeps at most of a server, which may claim to have any number.
const (
	maxSampleDisks    = 32
	maxSampleServices = 200
)

// ParseSample reads the answer to Sample, which came at a moment. It errs with CodeCommandFailed when the answer is
// not whole.
func ParseSample(stdout []byte, at time.Time) (fleet.ServerSample, error) {
	values := ParseValues(stdout)
	for _, key := range []string{"load1", "cpus", "memory_total_kb", "memory_available_kb", "uptime"} {
		if values[key] == "" {
			return fleet.ServerSample{}, fleet.Errorf(fleet.CodeCommandFailed, "The server did not say its %s.", key)
		}
	}
	found := fleet.ServerSample{
		At: at, Load1: values.Float("load1"), CPUs: int(values.Int("cpus")), UptimeSeconds: values.Int("uptime"),
		MemoryTotal: values.Int("memory_total_kb") << 10,
		MemoryUsed:  (values.Int("memory_total_kb") - values.Int("memory_available_kb")) << 10,
		Disks:       []fleet.DiskUse{}, Services: []fleet.ServiceState{},
		Certificate: parseCertificateEnd(values["certificate"]), Replication: parseReplication(values),
	}
	for line := range strings.Lines(string(stdout)) {
		line = strings.TrimRight(line, "\r\n")
		if rest, ok := strings.CutPrefix(line, "disk="); ok {
			found.Disks = addDisk(found.Disks, rest)
		}
		if rest, ok := strings.CutPrefix(line, "unit="); ok {
			found.Services = addService(found.Services, rest)
		}
	}
	slices.SortFunc(found.Services, func(a, b fleet.ServiceState) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

// madeUp are the places of file systems that the kernel makes up, which some containers mount in pieces.
var madeUp = []string{"/proc", "/sys", "/dev", "/run"}

// addDisk adds "SIZE USED FREE INODES INODES_USED MOUNT"; "-" stands for a number that there is none of.
func addDisk(disks []fleet.DiskUse, text string) []fleet.DiskUse {
	fields := strings.SplitN(text, " ", 6)
	if len(fields) < 6 || len(disks) >= maxSampleDisks {
		return disks
	}
	var numbers [5]int64
	for i := range numbers {
		numbers[i], _ = strconv.ParseInt(fields[i], 10, 64)
	}
	mount := short(fields[5])
	known := slices.ContainsFunc(disks, func(d fleet.DiskUse) bool { return d.Mount == mount })
	unreal := slices.ContainsFunc(madeUp, func(dir string) bool { return mount == dir || strings.HasPrefix(mount, dir+"/") })
	if numbers[0] <= 0 || known || unreal {
		return disks
	}
	return append(disks, fleet.DiskUse{
		Mount: mount, SizeBytes: numbers[0], UsedBytes: numbers[1], FreeBytes: numbers[2], Inodes: numbers[3], InodesUsed: numbers[4],
	})
}

// addService adds "NAME STATE".
func addService(services []fleet.ServiceState, text string) []fleet.ServiceState {
	name, state, ok := strings.Cut(text, " ")
	if !ok || name == "" || state == "" || len(services) >= maxSampleServices {
		return services
	}
	return append(services, fleet.ServiceState{Name: short(name), State: short(state)})
}

// parseCertificateEnd reads "20270131235959 HOST"; nil when there is none.
func parseCertificateEnd(text string) *fleet.CertificateEnd {
	when, host, _ := strings.Cut(text, " ")
	ends, err := time.Parse("20060102150405", when)
	if err != nil {
		return nil
	}
	return &fleet.CertificateEnd{Host: short(host), ExpiresAt: ends}
}

// maxReplicationError is how much is kept of what stopped a slave, in bytes.
const maxReplicationError = 500

// parseReplication reads what `role status` said; nil on a server without a role in a pair.
func parseReplication(values Values) *fleet.ReplicationProbe {
	role := values["role.role"]
	if role != "master" && role != "slave" && role != "fenced" {
		return nil
	}
	problem := strings.ToValidUTF8(values["role.error"], "\uFFFD")
	if len(problem) > maxReplicationError {
		problem = strings.ToValidUTF8(problem[:maxReplicationError], "")
	}
	probe := &fleet.ReplicationProbe{
		Role: role, Open: values["role.open"] == "yes", BinlogPos: short(values["role.binlog_pos"]), SlavePos: short(values["role.slave_pos"]),
		IO: short(values["role.io"]), SQL: short(values["role.sql"]), Error: problem,
	}
	if lag, err := strconv.ParseFloat(values["role.lag"], 64); err == nil && lag >= 0 {
		probe.LagSeconds = &lag
	}
	if began := values.Int("role.mirrored"); began > 0 {
		at := time.Unix(began, 0).UTC()
		age := max(0, values.Float("now")-float64(began)) // by the server's own clock, which wrote both
		probe.MirroredAt, probe.MirrorAge = &at, &age
	}
	return probe
}
