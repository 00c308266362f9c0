package runner

import (
	"context"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/store"
)

// usagePatience is how long the sites of one server may take to tell what they use: the sizes of all their files are read.
const usagePatience = 20 * time.Minute

// usagePoll is how often it is asked whose usage is due: somebody may be waiting for it.
const usagePoll = 2 * time.Second

// usageAtOnce is how many servers are asked together.
const usageAtOnce = 4

// collectUsage asks a server in one command what all of its sites use. Nothing is saved of a claim that the watcher's end
// broke off, nor for a server that is stopped because of its host key.
func (w *Watcher) collectUsage(ctx context.Context, claim store.UsageClaim) (store.UsageResult, bool) {
	result := store.UsageResult{UsageClaim: claim, At: time.Now().UTC()}
	sites, ids := []bench.Site{}, map[string]uint{}
	for _, place := range claim.Sites {
		revision, err := bench.Of(place.Bench.Name, place.Revision)
		if err != nil {
			result.Why = failureOf(err).Message
			return result, true
		}
		site, err := revision.Site(place.Site.Name)
		if err != nil {
			result.Why = failureOf(err).Message
			return result, true
		}
		sites, ids[place.Site.Name] = append(sites, site), place.Site.ID
	}
	if len(sites) == 0 {
		return result, true
	}
	asking, done := context.WithTimeoutCause(ctx, usagePatience,
		fleet.Errorf(fleet.CodeUnreachable, "%s gave no answer for %s", claim.Server.Name, usagePatience))
	defer done()
	output, err := w.Pool.Run(asking, remoteHost(claim.Server), bench.Usage(sites))
	switch {
	case ctx.Err() != nil:
		return result, false
	case fleet.ErrorCode(err) == fleet.CodeHostKeyChanged:
		if err := w.Store.ServerKeyChanged(ctx, claim.Server.ID, failureOf(err).Message); err != nil {
			w.Log.Error("a changed host key could not be recorded", "server", claim.Server.Name, "error", err)
		}
		return result, false
	case err != nil:
		result.Why = fmt.Sprintf("What its sites use could not be collected: %s", failureOf(err).Message)
		return result, true
	}
	for host, used := range bench.ParseUsage(output.Stdout) {
		if id, ours := ids[host]; ours {
			result.Usage = append(result.Usage, fleet.SiteUsage{SiteID: id, DatabaseBytes: used.DatabaseBytes, FilesBytes: used.FilesBytes, Users: used.Users})
		}
	}
	if silent := len(sites) - len(result.Usage); silent > 0 {
		w.Log.Warn("some sites did not tell what they use", "server", claim.Server.Name, "sites", silent)
	}
	return result, true
}
