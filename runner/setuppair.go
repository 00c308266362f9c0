package runner

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"central/fleet"
	"central/playbooks"
	"central/runner/ansible"
	"central/runner/bench"
	"central/store"
)

// The steps that make one server the slave of another, as people read them.
const (
	stepLook   = "Look at both servers"
	stepKeys   = "Keys, certificates and settings"
	stepRoles  = "Open the master, close the slave"
	stepCopy   = "Copy the database"
	stepBuild  = "Build what the slave lacks"
	stepMirror = "Mirror the files"
	stepVerify = "Check the replication"
)

// Units of these steps on the slave, and how long each may take: a terabyte over a slow line takes a day.
const (
	unitKeep     = "keep"
	unitSeed     = "seed"
	unitMirror   = "mirror"
	copyPatience = 48 * time.Hour
)

// threadPatience is how long the threads of replication may take to run once they were started.
const threadPatience = time.Minute

// noteCopy is the note that says whether the slave's database is replaced: "yes" or "no".
const noteCopy = "copy"

// pairWork is an action that makes one server of a pair the slave of the other.
type pairWork struct {
	r             *Runner
	w             *work
	pair          fleet.Pair
	master, slave pairHost
	rebuild       bool
}

// pairHost is one server of a pair, and how commands are run there.
type pairHost struct {
	*siteWork
	server  fleet.Server
	address string // where the other one reaches it: an IP address
}

// setUpPair makes the slave of a pair a copy of its master that follows it. SET_UP_PAIR copies only what is not
// there yet; REBUILD_SLAVE replaces whatever the slave holds.
func (r *Runner) setUpPair(ctx context.Context, w *work) error {
	p, err := r.newPairWork(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, p.story())
}

func (r *Runner) newPairWork(ctx context.Context, w *work) (*pairWork, error) {
	pair, err := r.Store.Pair(ctx, *w.action.PairID)
	if err != nil {
		return nil, err
	}
	return r.pairWorkOf(ctx, w, pair)
}

// pairWorkOf is the work of an action that reaches both servers of a pair.
func (r *Runner) pairWorkOf(ctx context.Context, w *work, pair fleet.Pair) (*pairWork, error) {
	var err error
	p := &pairWork{r: r, w: w, pair: pair, rebuild: w.action.Kind == fleet.ActionRebuildSlave}
	if p.master, err = r.newPairHost(ctx, w, pair.MasterID); err != nil {
		return nil, err
	}
	p.slave, err = r.newPairHost(ctx, w, pair.SlaveID)
	return p, err
}

func (r *Runner) newPairHost(ctx context.Context, w *work, id uint) (pairHost, error) {
	server, err := r.Store.Server(ctx, id)
	if err != nil {
		return pairHost{}, err
	}
	address, err := ipAddress(ctx, server)
	return pairHost{siteWork: &siteWork{r: r, w: w, name: server.Name, host: remoteHost(server)}, server: server, address: address}, err
}

func (p *pairWork) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			p.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepLook, percent: 5, apply: p.watched(p.look), cancel: true},
			{name: stepKeys, percent: 30, apply: p.watched(p.keys), cancel: true},
			{name: stepRoles, percent: 35, apply: p.watched(p.roles), cancel: true},
			{name: stepCopy, percent: 65, apply: p.watched(p.copy), cancel: true},
			{name: stepBuild, percent: 85, apply: p.watched(p.build), cancel: true},
			{name: stepMirror, percent: 95, apply: p.watched(p.mirror), cancel: true},
			{name: stepVerify, percent: 99, apply: p.watched(p.verify), cancel: true},
			{name: stepCleanUp, percent: 100, apply: func(ctx context.Context) error { return p.slave.forgetUnits(ctx, unitKeep, unitSeed, unitMirror) }, extra: true},
		},
	}
}

// watched is a step that stops everything on a server of the pair which shows another host key than the pinned
// one: the action itself is on no single server.
func (p *pairWork) watched(apply func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := apply(ctx)
		if fleet.ErrorCode(err) != fleet.CodeHostKeyChanged {
			return err
		}
		for _, host := range []pairHost{p.master, p.slave} {
			_, reached := p.r.Pool.Run(ctx, host.host, bench.LookAtPair())
			if fleet.ErrorCode(reached) != fleet.CodeHostKeyChanged {
				continue
			}
			if failed := p.r.Store.ServerKeyChanged(ctx, host.server.ID, failureOf(reached).Message); failed != nil {
				return failed
			}
		}
		return err
	}
}

// look decides, before anything is changed, whether these two can be a pair and whether the database is copied.
func (p *pairWork) look(ctx context.Context) error {
	master, err := p.master.look(ctx)
	if err != nil {
		return err
	}
	slave, err := p.slave.look(ctx)
	if err != nil {
		return err
	}
	anew, err := fleet.PlanSlave(master, slave, p.rebuild)
	if err != nil {
		return err
	}
	answer, words := "no", fmt.Sprintf("%s follows %s already; its database stays.", p.slave.name, p.master.name)
	if anew {
		answer, words = "yes", fmt.Sprintf("The database of %s, %d MiB, is copied to %s.", p.master.name, master.Look.DataBytes>>20, p.slave.name)
	}
	p.w.change(func(c *fleet.Cursor) { c.Notes[noteCopy] = answer })
	p.w.say(words)
	return nil
}

func (h pairHost) look(ctx context.Context) (fleet.PairSide, error) {
	answer, err := h.r.Pool.Run(ctx, h.host, bench.LookAtPair())
	return fleet.PairSide{Name: h.name, Address: h.address, Look: bench.ParsePairLook(answer.Stdout)}, err
}

// keys makes the two servers known to each other.
func (p *pairWork) keys(ctx context.Context) error { return p.tell(ctx, 5, 30) }

// tell has both servers know each other's keys and the password of the replication, as they are now. The slave's
// replication goes on with that password.
func (p *pairWork) tell(ctx context.Context, from, to int) error {
	hosts, vars, err := p.told(ctx)
	if err != nil {
		return err
	}
	if _, err = p.r.playOn(ctx, p.w, part{playbooks.Pair, from, to}, hosts, vars, nil); err != nil {
		return err
	}
	return p.w.stored(p.r.Store.PairTold(ctx, p.w.ref, p.pair.ID, p.master.server, p.slave.server))
}

// told is what the pair's play needs: both hosts with what each has to know of the other, and what both have to know.
func (p *pairWork) told(ctx context.Context) ([]ansible.Host, map[string]any, error) {
	password, err := p.r.secret(ctx, store.ReplicationSecret(p.pair.ID), rand.Text)
	if err != nil {
		return nil, nil, err
	}
	hosts := make([]ansible.Host, 0, 2)
	for _, side := range []struct{ own, other pairHost }{{p.master, p.slave}, {p.slave, p.master}} {
		vars, err := p.r.serverVars(ctx, side.own.server)
		if err != nil {
			return nil, nil, err
		}
		vars["pair_address"], vars["pair_partner"] = side.own.address, side.other.server.Name
		vars["pair_partner_address"], vars["pair_partner_port"] = side.other.address, side.other.server.Port
		vars["pair_partner_host_key"] = side.other.server.HostKey
		host, err := p.r.ansibleHost(ctx, side.own.server)
		if err != nil {
			return nil, nil, err
		}
		host.Vars = vars
		hosts = append(hosts, host)
	}
	return hosts, map[string]any{"pair_master": p.master.server.Name, "pair_password": password}, nil
}

// roles writes down on both servers which of them is written to. From here on the slave starts nothing.
func (p *pairWork) roles(ctx context.Context) error {
	if _, err := p.master.run(ctx, bench.OpenMaster(p.pair.Epoch)); err != nil {
		return err
	}
	_, err := p.slave.run(ctx, bench.CloseSlave(p.pair.Epoch))
	return err
}

func (p *pairWork) copy(ctx context.Context) error {
	if p.rebuild {
		if err := p.slave.longWork(ctx, unitKeep, "Keeping what only it has", bench.KeepBinlogs()); err != nil {
			return err
		}
	}
	if p.w.note(noteCopy) == "yes" {
		if err := p.slave.longWork(ctx, unitSeed, "Copying the database", bench.SeedSlave()); err != nil {
			return err
		}
	}
	return p.verify(ctx)
}

// longWork runs what may be repeated in a unit that outlives the connection. One that did not succeed is
// forgotten, so that the next try starts anew; one that was lost with its server is started once more.
func (h pairHost) longWork(ctx context.Context, name, what string, command bench.Command) error {
	result, err := h.unit(ctx, name, command, copyPatience, nil)
	if err == nil && result.Lost {
		if err = h.forgetUnit(ctx, name); err == nil {
			result, err = h.unit(ctx, name, command, copyPatience, nil)
		}
	}
	if err != nil || result.OK() {
		return err
	}
	reason, err := h.unitOutput(ctx, name)
	if err != nil {
		return err
	}
	if err := h.forgetUnit(ctx, name); err != nil {
		return err
	}
	return detailed{fleet.Errorf(fleet.CodeCommandFailed, "%s to %s %s: %s", what, h.name, result, lastLine(reason)), reason}
}

// build makes the revisions of the master that the slave lacks, so that there is code to run when it takes over.
func (p *pairWork) build(ctx context.Context) error {
	revisions, err := p.r.Store.RevisionsOnServer(ctx, p.master.server.ID)
	if err != nil {
		return err
	}
	for i, revision := range revisions {
		onBench, err := p.r.Store.Bench(ctx, revision.BenchID)
		if err != nil {
			return err
		}
		vars, err := p.r.revisionVars(ctx, revision, onBench)
		if err != nil {
			return err
		}
		p.w.say(fmt.Sprintf("Building %s %s on %s.", onBench.Name, revision.Name, p.slave.name))
		if err := p.r.bringApps(ctx, p.w, p.slave.server, revision); err != nil {
			return err
		}
		from, to := 65+20*i/len(revisions), 65+20*(i+1)/len(revisions)
		if err := p.r.play(ctx, p.w, part{playbooks.Revision, from, to}, p.slave.server, vars, nil); err != nil {
			return err
		}
	}
	return nil
}

func (p *pairWork) mirror(ctx context.Context) error {
	return p.slave.longWork(ctx, unitMirror, "Mirroring the files", bench.MirrorFiles())
}

func (p *pairWork) verify(ctx context.Context) error {
	_, err := p.slave.run(ctx, bench.VerifySlave(threadPatience))
	return err
}
