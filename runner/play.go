package runner

import (
	"context"
	"os"
	"path/filepath"

	"central/fleet"
	"central/runner/ansible"
	"central/runner/remote"
)

// remoteHost is a server as package remote reaches it.
func remoteHost(server fleet.Server) remote.Host {
	return remote.Host{ID: server.ID, Name: server.Name, Address: server.Address, Port: server.Port, User: server.User, HostKey: server.HostKey}
}

// part is a play and the part of the action's percentage that it moves through.
type part struct {
	play     string
	from, to int
}

// whole is a play that is all there is to an action.
func whole(play string) part { return part{play, 0, 100} }

// play runs one of Central's plays on a server and stores what it tells. watch, which may be nil, learns
// the percentage and the task as they change. Cancelling the action stops the play.
func (r *Runner) play(ctx context.Context, w *work, of part, server fleet.Server, vars map[string]any, watch func(percent int, task string)) error {
	host, err := r.ansibleHost(ctx, server)
	if err == nil {
		_, err = r.playOn(ctx, w, of, []ansible.Host{host}, vars, watch)
	}
	return err
}

// ansibleHost is a server as package ansible reaches it, with the key for it lent to the agent's socket.
func (r *Runner) ansibleHost(ctx context.Context, server fleet.Server) (ansible.Host, error) {
	key, err := r.Pool.Lend(ctx, remoteHost(server))
	return ansible.Host{Name: server.Name, Address: server.Address, Port: server.Port, User: server.User, HostKey: server.HostKey, Key: key}, err
}

// playOn is play on several servers at once; the result says on which of them it did not end well.
func (r *Runner) playOn(ctx context.Context, w *work, of part, hosts []ansible.Host, vars map[string]any, watch func(percent int, task string)) (ansible.Result, error) {
	return r.execute(ctx, w, of, ansible.Run{Hosts: hosts, Vars: vars}, watch)
}

// execute is playOn with what else the run says: a preview, or diffs.
func (r *Runner) execute(ctx context.Context, w *work, of part, run ansible.Run, watch func(percent int, task string)) (ansible.Result, error) {
	dir := filepath.Join(r.DataDir, "ansible")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return ansible.Result{}, err
	}
	run.Play, run.AgentSocket, run.Dir = of.play, r.AgentSocket, dir
	ctx, stop := w.untilCancelled(ctx)
	defer stop()
	play, task := "", ""
	return run.Execute(ctx, func(e ansible.Event) {
		switch e.Kind {
		case ansible.KindPlayStart:
			play = e.Play
		case ansible.KindTaskStart:
			task = e.Task
			percent := of.from + e.Percent()*(of.to-of.from)/100
			w.progress(percent, task)
			if watch != nil {
				watch(percent, task)
			}
		case ansible.KindOutput:
			w.line(string(e.Stream), e.Host, e.Line)
		case ansible.KindHostResult:
			millis := int(e.Duration.Milliseconds())
			w.add(fleet.ActionEvent{Kind: fleet.EventTask, Body: fleet.EventBody{
				Step: play, Text: e.Task, Host: e.Host, TaskStatus: string(e.Status), Millis: &millis,
			}})
			if e.Message != "" {
				w.line("message", e.Host, e.Message)
			}
		case ansible.KindItemResult, ansible.KindStats:
		}
	})
}
