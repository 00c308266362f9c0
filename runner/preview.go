package runner

import (
	"context"
	"fmt"

	"central/fleet"
	"central/playbooks"
	"central/runner/ansible"
)

// previewServer shows what setting a server up again would change, and changes nothing. Where the server is part of a pair
// that is ready, what differs of that is shown too: setting up the pair puts it right.
func (r *Runner) previewServer(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	vars, err := r.serverVars(ctx, server)
	if err != nil {
		return err
	}
	host, err := r.ansibleHost(ctx, server)
	if err != nil {
		return err
	}
	differ := 0
	for _, of := range []part{{playbooks.Server, 0, 30}, {rolePlay(server), 30, 70}} {
		result, err := r.execute(ctx, w, of, ansible.Run{Hosts: []ansible.Host{host}, Vars: vars, Check: true, Diff: true}, nil)
		if err != nil {
			return err
		}
		differ += result.Stats[server.Name].Changed
	}
	if err := r.previewItsPair(ctx, w, server); err != nil {
		return err
	}
	if differ == 0 {
		w.say(fmt.Sprintf("%s is as its role says: setting it up again would change nothing.", server.Name))
		return nil
	}
	w.say(fmt.Sprintf("Setting it up again would change something in %s.", countTasks(differ)))
	return nil
}

// previewItsPair shows what differs of the pair that a server is part of. That its partner cannot be looked at is said,
// and keeps nobody from setting up the server itself.
func (r *Runner) previewItsPair(ctx context.Context, w *work, server fleet.Server) error {
	pairs, err := r.Store.PairsOfServers(ctx, []uint{server.ID})
	if err != nil {
		return w.stored(err)
	}
	pair, paired := pairs[server.ID]
	switch {
	case !paired:
		return nil
	case pair.Status != fleet.PairReady:
		w.say(fmt.Sprintf("The pair %s is not ready, so what belongs to it was not looked at.", pair.Name))
		return nil
	}
	p, err := r.pairWorkOf(ctx, w, pair)
	if err != nil {
		return err
	}
	result, err := p.preview(ctx, part{playbooks.Pair, 70, 100})
	switch {
	case err == nil:
		p.sayDiffers(result)
		return nil
	case unreached(result, p.other(server).name):
		w.say(fmt.Sprintf("%s cannot be reached, so what belongs to the pair %s was not looked at.", p.other(server).name, pair.Name))
		return nil
	}
	return err
}

// unreached says whether a run did not get in to a host.
func unreached(result ansible.Result, host string) bool {
	for _, failed := range result.Failed {
		if failed.Host == host && failed.Code != fleet.CodePlayFailed {
			return true
		}
	}
	return false
}

// previewPair shows what setting a pair up again would change on both of its servers, and changes nothing.
func (r *Runner) previewPair(ctx context.Context, w *work) error {
	p, err := r.newPairWork(ctx, w)
	if err != nil {
		return err
	}
	return p.watched(func(ctx context.Context) error {
		result, err := p.preview(ctx, whole(playbooks.Pair))
		if err != nil {
			return err
		}
		p.sayDiffers(result)
		return nil
	})(ctx)
}

// preview runs the pair's play on both servers in check mode.
func (p *pairWork) preview(ctx context.Context, of part) (ansible.Result, error) {
	hosts, vars, err := p.told(ctx)
	if err != nil {
		return ansible.Result{}, err
	}
	return p.r.execute(ctx, p.w, of, ansible.Run{Hosts: hosts, Vars: vars, Check: true, Diff: true}, nil)
}

// sayDiffers says what setting the pair up again would change, by a run in check mode.
func (p *pairWork) sayDiffers(result ansible.Result) {
	differs := false
	for _, host := range []pairHost{p.master, p.slave} {
		if n := result.Stats[host.name].Changed; n > 0 {
			differs = true
			p.w.say(fmt.Sprintf("Setting up the pair %s again would change something in %s on %s.", p.pair.Name, countTasks(n), host.name))
		}
	}
	if !differs {
		p.w.say(fmt.Sprintf("Setting up the pair %s again would change nothing on its servers.", p.pair.Name))
	}
}

// other is the server of the pair that is not the given one.
func (p *pairWork) other(server fleet.Server) pairHost {
	if p.master.server.ID == server.ID {
		return p.slave
	}
	return p.master
}

func countTasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}
