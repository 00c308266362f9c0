package runner

import (
	"context"
	"fmt"

	"central/fleet"
	"central/playbooks"
	"central/runner/ansible"
	"central/store"
)

// dissolvePair makes the two servers of a pair servers alone again, but for one that is gone. The play does what is not
// done yet, so another runner begins it anew; the store takes the pair off the record when it has succeeded.
func (r *Runner) dissolvePair(ctx context.Context, w *work) error {
	p, err := r.newPairWork(ctx, w)
	if err != nil {
		return err
	}
	return p.watched(p.dissolve)(ctx)
}

func (p *pairWork) dissolve(ctx context.Context) error {
	there := make([]pairHost, 0, 2)
	for _, host := range []pairHost{p.master, p.slave} {
		if p.w.note(store.NoteGone) == fmt.Sprint(host.server.ID) {
			p.w.say(fmt.Sprintf("%s is gone: nothing is done on it.", host.name))
			continue
		}
		there = append(there, host)
	}
	hosts := make([]ansible.Host, 0, len(there))
	for _, side := range there {
		alone := side.server
		alone.Role = fleet.RoleMaster
		vars, err := p.r.serverVars(ctx, alone)
		if err != nil {
			return err
		}
		delete(vars, "partner") // its firewall lets nobody else in any more
		host, err := p.r.ansibleHost(ctx, alone)
		if err != nil {
			return err
		}
		host.Vars = vars
		hosts = append(hosts, host)
	}
	if _, err := p.r.playOn(ctx, p.w, part{playbooks.Unpair, 0, 95}, hosts, nil, nil); err != nil {
		return err
	}
	for _, host := range there {
		if err := host.standsAlone(ctx); err != nil {
			return err
		}
		p.w.say(fmt.Sprintf("%s stands alone.", host.name))
	}
	return nil
}

// standsAlone errs with CodeNotReady when a server still has something of a pair.
func (h pairHost) standsAlone(ctx context.Context) error {
	side, err := h.look(ctx)
	look := side.Look
	switch {
	case err != nil:
		return err
	case look.Role != "":
		return fleet.Errorf(fleet.CodeNotReady, "%s still is %s of a pair.", h.name, look.Role)
	case look.Follows != "":
		return fleet.Errorf(fleet.CodeNotReady, "%s still follows %s.", h.name, look.Follows)
	}
	return nil
}
