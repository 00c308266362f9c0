package runner

import (
	"context"
	"fmt"

	"central/fleet"
	"central/runner/ansible"
)

// playOnPair runs a play on a server and, when that is the master of a pair, on its slave at the same time. That
// it did not end well on the slave alone is no failure: the sites live on the master. It is told in the output, and
// lacks, a sentence without its end, is put on the pair for a person to see.
func (r *Runner) playOnPair(ctx context.Context, w *work, of part, server fleet.Server, vars map[string]any, lacks string, watch func(percent int, task string)) error {
	pair, slave, err := r.Store.SlaveOf(ctx, server.ID)
	if err != nil {
		return err
	}
	host, err := r.ansibleHost(ctx, server)
	if err != nil {
		return err
	}
	hosts := []ansible.Host{host}
	if slave != nil {
		other, err := r.ansibleHost(ctx, *slave)
		if err != nil {
			return err
		}
		hosts = append(hosts, other)
	}
	result, err := r.playOn(ctx, w, of, hosts, vars, watch)
	if err == nil && slave == nil { // it may have come while the play ran
		if pair, slave, err = r.Store.SlaveOf(ctx, server.ID); err != nil || slave == nil {
			return err
		}
		if host, err = r.ansibleHost(ctx, *slave); err != nil {
			return err
		}
		result, err = r.playOn(ctx, w, of, []ansible.Host{host}, vars, nil)
	}
	if err == nil || slave == nil || !failedOnlyOn(slave.Name, result) {
		return err
	}
	return r.slaveLacks(ctx, w, *pair, *slave, fmt.Sprintf("%s %s: %s", slave.Name, lacks, failureOf(err).Message), err)
}

// failedOnlyOn says whether this one host is all that a run did not end well on.
func failedOnlyOn(name string, result ansible.Result) bool {
	return len(result.Failed) == 1 && result.Failed[0].Host == name
}

func (r *Runner) slaveLacks(ctx context.Context, w *work, pair fleet.Pair, slave fleet.Server, sentence string, why error) error {
	w.say("Warning: " + sentence)
	if fleet.ErrorCode(why) == fleet.CodeHostKeyChanged {
		if err := r.Store.ServerKeyChanged(ctx, slave.ID, failureOf(why).Message); err != nil {
			return err
		}
	}
	return w.stored(r.Store.NotePair(ctx, w.ref, pair.ID, sentence+" Set the pair up again to mend that."))
}
