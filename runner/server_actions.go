package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"central/fleet"
	"central/playbooks"
	"central/runner/bench"
	"central/runner/pair"
	"central/runner/remote"
	"central/store"
)

// serverOf is the server that an action works on.
func (r *Runner) serverOf(ctx context.Context, w *work) (fleet.Server, error) {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	return server, w.stored(err)
}

// checkServer asks a server what it is, and says what does not fit its role.
func (r *Runner) checkServer(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	w.progress(10, "Look at the machine")
	facts, err := r.look(ctx, w, server)
	if err != nil {
		return err
	}
	w.say(fmt.Sprintf("%s, %s, kernel %s", facts.OS, facts.Architecture, facts.Kernel))
	w.say(fmt.Sprintf("%d processors, %s of memory, clock %+.1f s", facts.CPUs, fleet.Size(facts.MemoryBytes), facts.ClockOffset))
	for _, disk := range facts.Disks {
		w.say(fmt.Sprintf("%s: %s of %s free", disk.Mount, fleet.Size(disk.FreeBytes), fleet.Size(disk.SizeBytes)))
	}
	sayReboot(w, server, facts)
	notes := fleet.Fit(facts, server.Role)
	for _, note := range notes {
		w.say(note.Message)
	}
	if len(notes) == 0 {
		w.say("Everything fits.")
	}
	return fleet.Blocking(notes)
}

// look reads a server's facts and keeps them.
func (r *Runner) look(ctx context.Context, w *work, server fleet.Server) (fleet.ServerFacts, error) {
	asked := time.Now()
	out, err := r.Pool.Run(ctx, remoteHost(server), bench.Facts())
	if err != nil {
		return fleet.ServerFacts{}, err
	}
	facts := bench.ParseFacts(out.Stdout, asked, time.Now())
	return facts, w.stored(r.Store.SaveServerFacts(ctx, w.ref, facts))
}

func sayReboot(w *work, server fleet.Server, facts fleet.ServerFacts) {
	if facts.RebootNeeded {
		w.say(fmt.Sprintf("Updates wait for %s to be rebooted.", server.Name))
	}
}

// updateServer installs security updates, and says whether the server has to be rebooted for them.
func (r *Runner) updateServer(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	if err := r.play(ctx, w, part{playbooks.Update, 0, 95}, server, nil, nil); err != nil {
		return err
	}
	facts, err := r.look(ctx, w, server)
	if err != nil {
		return err
	}
	if !facts.RebootNeeded {
		w.say("It need not be rebooted.")
	}
	sayReboot(w, server, facts)
	return nil
}

// restartService restarts one of a server's services, and asks its sites whether they answer.
func (r *Runner) restartService(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	service := fleet.ServerService(w.note(store.NoteService))
	command, err := bench.RestartService(service)
	if err != nil {
		return err
	}
	w.progress(10, command.String())
	_, err = r.Pool.RunLines(ctx, remoteHost(server), command, func(line remote.Line) { w.line("stdout", server.Name, line.Text) })
	if err != nil {
		return err
	}
	if service == fleet.ServiceSSH {
		r.Pool.Forget(server.Address, server.Port)
		_, err := r.Pool.Run(ctx, remoteHost(server), bench.Command{Name: "log in anew", Argv: []string{"true"}})
		return err
	}
	if service == fleet.ServiceMariaDB {
		if err := r.openAgain(ctx, w, server); err != nil {
			return err
		}
	}
	return r.sitesAnswer(ctx, w, server)
}

// openAgain lets the database of a pair's master be written to, for every MariaDB of a pair starts read-only. The guard
// there would do it a little later; it refuses when the server is not the master any more.
func (r *Runner) openAgain(ctx context.Context, w *work, server fleet.Server) error {
	pairs, err := r.Store.PairsOfServers(ctx, []uint{server.ID})
	if err != nil {
		return w.stored(err)
	}
	of, paired := pairs[server.ID]
	if !paired || of.MasterID != server.ID || of.Status != fleet.PairReady && of.Status != fleet.PairFailedOver {
		return nil
	}
	_, err = r.Pool.Run(ctx, remoteHost(server), pair.OpenServer(of.Epoch))
	return err
}

// rebootServer starts a server anew and waits until it is back, its units are up and its sites answer. While it runs,
// the proxies show the maintenance page for its sites. The server remembers that it was asked, so that a second runner
// only waits.
func (r *Runner) rebootServer(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	host := remoteHost(server)
	if w.note("asked") == "" {
		if err := r.announce(ctx, w, server); err != nil {
			return err
		}
		w.progress(5, "Ask it to start anew")
		if _, err := r.Pool.Run(ctx, host, bench.Reboot(w.action.ID)); err != nil {
			return err
		}
		w.change(func(c *fleet.Cursor) { c.Notes["asked"] = time.Now().UTC().Format(time.RFC3339) })
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.progress(20, "Wait until it is back")
	asked, err := time.Parse(time.RFC3339, w.note("asked"))
	if err != nil {
		return err
	}
	failed, err := r.back(ctx, w, host, asked.Add(r.pace.reboot))
	if err != nil {
		return err
	}
	w.say(fmt.Sprintf("%s was back after %.0f s.", server.Name, time.Since(asked).Seconds()))
	if len(failed) > 0 {
		w.say("Units that did not start: " + strings.Join(failed, ", "))
	}
	if _, err := r.look(ctx, w, server); err != nil {
		return err
	}
	return r.sitesAnswer(ctx, w, server)
}

// announce has the proxies show the maintenance page for the sites of a server that is about to go away. That none can
// be reached keeps nothing: then no visitor comes through either.
func (r *Runner) announce(ctx context.Context, w *work, server fleet.Server) error {
	sites, err := r.Store.ActiveSitesOn(ctx, server.ID)
	if err != nil || len(sites) == 0 {
		return w.stored(err)
	}
	w.progress(2, "Announce it to visitors")
	if err := r.routeAll(ctx, w); interrupted(ctx) {
		return err
	}
	return nil
}

// back waits until a server has gone down and come up again, at most until the given time. It returns the units that
// did not start.
func (r *Runner) back(ctx context.Context, w *work, host remote.Host, until time.Time) ([]string, error) {
	ctx, stop := context.WithDeadline(ctx, until)
	defer stop()
	wait := r.pace.first
	for {
		out, err := r.Pool.Run(ctx, host, bench.RebootDone(w.action.ID))
		if err == nil {
			if back, failed := bench.ParseRebootDone(out.Stdout); back {
				return failed, nil
			}
		}
		if code := fleet.ErrorCode(err); err != nil && code != fleet.CodeUnreachable && code != fleet.CodeCommandFailed && ctx.Err() == nil {
			return nil, err
		}
		if err := pause(ctx, wait); err != nil {
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil, fleet.Errorf(fleet.CodeUnreachable, "%s did not come back in time after it was asked to start anew. Look at its console.", host)
			}
			return nil, err
		}
		wait = min(2*wait, 2*time.Second)
	}
}

// siteAnswers is how long a site may take to answer after its server or a service was started anew.
const siteAnswers = time.Minute

// sitesAnswer asks every site of a server whether it answers, and errs with CodeCommandFailed naming those that do
// not.
func (r *Runner) sitesAnswer(ctx context.Context, w *work, server fleet.Server) error {
	sites, err := r.Store.ActiveSitesOn(ctx, server.ID)
	if err != nil {
		return w.stored(err)
	}
	var silent []string
	for i, site := range sites {
		w.progress(60+40*i/len(sites), "Ask "+site.Name)
		command, err := bench.HealthCheck(site.Name, siteAnswers, 200, 503)
		if err != nil {
			return err
		}
		if _, err := r.Pool.Run(ctx, remoteHost(server), command); err != nil {
			if fleet.ErrorCode(err) != fleet.CodeCommandFailed {
				return err
			}
			silent = append(silent, site.Name)
		}
	}
	switch {
	case len(silent) > 0:
		return fleet.Errorf(fleet.CodeCommandFailed, "%d of %d sites do not answer: %s.", len(silent), len(sites), strings.Join(silent, ", "))
	case len(sites) > 0:
		w.say(fmt.Sprintf("All %d sites answer.", len(sites)))
	}
	return nil
}

// retireServer takes away what Central put on a server, its key last, if that was asked for. The store lets go of
// the server when this has succeeded.
func (r *Runner) retireServer(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	if w.note(store.NoteCleanUp) != "true" {
		w.say("Nothing was done on the machine.")
		return nil
	}
	if w.note("cleaned") == "" { // the key may be gone already when this is done again
		if err := r.play(ctx, w, part{playbooks.Retire, 0, 90}, server, nil, nil); err != nil {
			if fleet.ErrorCode(err) == fleet.CodeUnreachable {
				return fleet.Errorf(fleet.CodeUnreachable, "%s cannot be reached, so nothing was removed from it. Retire it without cleaning up, or try again. (%s)", server.Name, failureOf(err).Message)
			}
			return err
		}
		w.change(func(c *fleet.Cursor) { c.Notes["cleaned"] = "yes" })
		if err := w.flush(); err != nil {
			return err
		}
	}
	line, err := r.Pool.PublicKey(ctx, remoteHost(server))
	if err != nil {
		return err
	}
	command, err := bench.RemoveKey(server.User, line)
	if err != nil {
		return err
	}
	if _, err := r.Pool.Run(ctx, remoteHost(server), command); err != nil && !remote.Refused(err) {
		return err
	}
	r.Pool.Forget(server.Address, server.Port)
	w.say("Central's key was removed; Central gets in no more.")
	return nil
}
