package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// SampleClaim is a server that is due to be looked at, and the claim's number: who was too slow may not write.
type SampleClaim struct {
	Server fleet.Server
	Round  uint64
}

// SampleResult is what came of a look at a claimed server: a sample, or why there is none.
type SampleResult struct {
	SampleClaim
	At     time.Time
	Sample *fleet.ServerSample
	Why    string // a sentence; only without a sample
}

// skipLocked takes what nobody else holds.
var skipLocked = clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}

// sampledServers are the states in which a server is looked at: also after a set-up that failed, for it may serve sites
// all the same. While it is being set up its services come and go.
var sampledServers = []fleet.ServerStatus{fleet.ServerReady, fleet.ServerFailed}

// ClaimSamples takes up to n servers that are due, each of which is due again one interval later, give or take a
// little. Several processes share the servers between them: no server is given to two of them in one round.
func (s *Store) ClaimSamples(ctx context.Context, n int, every time.Duration) ([]SampleClaim, error) {
	var claims []SampleClaim
	err := s.tx(ctx, func(tx *gorm.DB) error {
		claims = nil
		rows, err := claimDue[serverHealth](tx, "server_health", "server_id", n, every)
		if err != nil || len(rows) == 0 {
			return err
		}
		rounds := make(map[uint]uint64, len(rows))
		ids := make([]uint, len(rows))
		for i, row := range rows {
			ids[i], rounds[row.ServerID] = row.ServerID, row.Round+1
		}
		servers, err := gorm.G[fleet.Server](tx).Where("id IN ? AND status IN ?", ids, sampledServers).Order("id").Find(ctx)
		for _, server := range servers {
			claims = append(claims, SampleClaim{server, rounds[server.ID]})
		}
		return err
	})
	return claims, err
}

// claimDue takes rows that are due and counts their rounds up; it returns them as they were. What is long overdue is
// spread over an interval again, so that nothing bunches up after a pause.
func claimDue[T any](tx *gorm.DB, table, id string, n int, every time.Duration) ([]T, error) {
	var due []uint
	err := tx.Table(table).Where("due_at <= UTC_TIMESTAMP(6)").Order("due_at").Limit(n).Clauses(skipLocked).Pluck(id, &due).Error
	if err != nil || len(due) == 0 {
		return nil, err
	}
	rows, err := gorm.G[T](tx).Where(id+" IN ?", due).Order(id).Find(tx.Statement.Context)
	if err != nil {
		return nil, err
	}
	micros := every.Microseconds()
	return rows, tx.Exec(`UPDATE `+table+` SET round = round + 1, due_at = CASE
		WHEN due_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND THEN UTC_TIMESTAMP(6) + INTERVAL FLOOR(? * (0.5 + RAND() / 2)) MICROSECOND
		ELSE due_at + INTERVAL FLOOR(? * (0.95 + RAND() / 10)) MICROSECOND END WHERE `+id+` IN ?`, micros, micros, micros, due).Error
}

// SaveSamples writes what came of looks at claimed servers: the raw samples, how the servers do now, changes of that
// for their history, alerts, and how the slaves among them follow. Results of earlier rounds are passed over.
func (s *Store) SaveSamples(ctx context.Context, results []SampleResult) error {
	if len(results) == 0 {
		return nil
	}
	byServer := make(map[uint]SampleResult, len(results))
	ids := make([]uint, 0, len(results))
	for _, r := range results {
		byServer[r.Server.ID] = r
		ids = append(ids, r.Server.ID)
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		rows, err := gorm.G[serverHealth](tx, forUpdate).Where("server_id IN ?", ids).Order("server_id").Find(ctx)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(row serverHealth) bool { return row.Round != byServer[row.ServerID].Round })
		if len(rows) == 0 {
			return nil
		}
		pairs, err := pairsOfServers(ctx, tx, ids)
		if err != nil {
			return err
		}
		restarting, err := restartingServers(tx)
		if err != nil {
			return err
		}
		samples := make([]sampleRow, 0, len(rows))
		var told []news
		for i := range rows {
			result := byServer[rows[i].ServerID]
			samples = append(samples, newSampleRow(result))
			var pair *fleet.Pair
			if p, ok := pairs[rows[i].ServerID]; ok {
				pair = &p
			}
			told = append(told, rows[i].take(result, pair, fleet.RestartRules(result.Server.ID, pair, restarting)))
		}
		if err := tx.Clauses(clause.Insert{Modifier: "IGNORE"}).Create(&samples).Error; err != nil {
			return err
		}
		changed := clause.AssignmentColumns([]string{"state", "since", "looked_at", "latest", "reasons", "watch"})
		if err := tx.Clauses(clause.OnConflict{DoUpdates: changed}).Create(&rows).Error; err != nil {
			return err
		}
		for _, n := range told {
			if err := n.write(tx); err != nil {
				return err
			}
		}
		return replicationOf(tx, byServer, rows, pairs)
	})
}

// news is what a result changes besides the row of the server's health.
type news struct {
	server fleet.Server
	at     time.Time
	change *fleet.HealthChange
	alerts []fleet.AlertChange
	open   []fleet.Finding
}

// take brings a row up to date with a result. excused are rules that the server breaks because of what was asked for.
func (row *serverHealth) take(result SampleResult, pair *fleet.Pair, excused []fleet.AlertRule) news {
	at := result.At
	findings := []fleet.Finding{fleet.Unreachable(result.Why)}
	if result.Sample != nil {
		findings = fleet.FindingsOf(result.Server, pair, *result.Sample)
		row.Latest = result.Sample
	}
	findings = row.Watch.Excuse(findings, excused)
	complete := result.Sample != nil
	watch, alerts, open := row.Watch.Next(findings, complete)
	state, reasons := row.health().Next(open, complete)
	told := news{server: result.Server, at: at, alerts: alerts, open: open}
	if state != row.State {
		told.change = &fleet.HealthChange{ServerID: &row.ServerID, FromState: row.State, ToState: state, At: at, Why: sentences(reasons)}
		row.Since = at
	}
	row.State, row.Reasons, row.Watch, row.LookedAt = state, reasons, watch, &at
	return told
}

func (n news) write(tx *gorm.DB) error {
	if n.change != nil {
		if err := gorm.G[fleet.HealthChange](tx).Create(tx.Statement.Context, n.change); err != nil {
			return err
		}
	}
	changed := map[string]bool{}
	for _, c := range n.alerts {
		changed[c.Key] = true
		alert := fleet.Alert{Rule: c.Rule, Severity: c.Severity, ServerID: &n.server.ID, Subject: n.server.Name, Sentence: c.Sentence}
		if err := setAlert(tx, serverAlertKey(n.server.ID, c.Key), alert, n.at); err != nil {
			return err
		}
	}
	for _, f := range n.open {
		if !changed[f.Key] {
			if err := sayAnew(tx, serverAlertKey(n.server.ID, f.Key), f.Sentence); err != nil {
				return err
			}
		}
	}
	return nil
}

// replicationOf keeps with each pair how its slave follows. Master and slave may be looked at by two processes at the
// same moment, so each only writes its own part.
func replicationOf(tx *gorm.DB, results map[uint]SampleResult, rows []serverHealth, pairs map[uint]fleet.Pair) error {
	for _, row := range rows {
		pair, paired := pairs[row.ServerID]
		sample := results[row.ServerID].Sample
		if !paired || sample == nil || sample.Replication == nil {
			continue
		}
		var part any = map[string]string{"masterGtid": sample.Replication.BinlogPos}
		condition := "id = ? AND JSON_EXTRACT(replication, '$.at') IS NOT NULL"
		if row.ServerID == pair.SlaveID {
			whole := sample.Replication.Replication(sample.At)
			part, condition = map[string]any{
				"at": whole.At, "ioRunning": whole.IORunning, "sqlRunning": whole.SQLRunning, "lagSeconds": whole.LagSeconds,
				"slaveGtid": whole.SlaveGTID, "lastError": whole.LastError, "mirroredAt": whole.MirroredAt,
			}, "id = ?"
		}
		text, err := json.Marshal(part)
		if err != nil {
			return err
		}
		err = tx.Exec("UPDATE pairs SET replication = JSON_MERGE_PATCH(COALESCE(replication, '{}'), ?) WHERE "+condition, string(text), pair.ID).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// sampleRow is a row of server_samples.
type sampleRow struct {
	ServerID       uint
	At             time.Time
	Up             bool
	Load1          *float64
	CPUs           *int `gorm:"column:cpus"`
	MemoryUsed     *int64
	MemoryTotal    *int64
	DiskUsed       *float64
	ReplicationLag *float64
	Receives       *bool // these and what follows are nil unless the server is a slave
	Applies        *bool
	Position       *string
	MirrorAge      *float64
}

// maxKeptPosition is how many characters of a GTID position are kept in the history.
const maxKeptPosition = 255

// TableName implements gorm's Tabler.
func (sampleRow) TableName() string { return "server_samples" }

func newSampleRow(result SampleResult) sampleRow {
	row := sampleRow{ServerID: result.Server.ID, At: result.At}
	sample := result.Sample
	if sample == nil {
		return row
	}
	row.Up, row.Load1, row.CPUs, row.MemoryUsed, row.MemoryTotal = true, &sample.Load1, &sample.CPUs, &sample.MemoryUsed, &sample.MemoryTotal
	if disk, ok := sample.FullestDisk(); ok {
		used := disk.UsedRatio()
		row.DiskUsed = &used
	}
	if probe := sample.Replication; probe != nil {
		row.ReplicationLag = probe.LagSeconds
		row.follow(*probe)
	}
	return row
}

// follow keeps how a slave follows. One that follows nobody is seen with both threads standing still.
func (row *sampleRow) follow(probe fleet.ReplicationProbe) {
	if probe.Role != "slave" {
		return
	}
	receives, applies, position := probe.IO == "Yes", probe.SQL == "Yes", clip(probe.SlavePos, maxKeptPosition)
	row.Receives, row.Applies, row.Position, row.MirrorAge = &receives, &applies, &position, probe.MirrorAge
}
