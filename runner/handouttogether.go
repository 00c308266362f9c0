package runner

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"central/fleet"
	"central/runner/bench"
)

// handOutParts are what is done for sites of one revision to hand them out, in this order, each by one command for all of them.
var handOutParts = []func([]*handOut) (bench.Command, error){
	func(some []*handOut) (bench.Command, error) {
		list := make([]bench.Renaming, len(some))
		for i, h := range some {
			list[i] = bench.Renaming{From: h.old, To: h.new}
		}
		return bench.RenameSites(list...)
	},
	func(some []*handOut) (bench.Command, error) {
		list := make([]bench.Swap, len(some))
		for i, h := range some {
			list[i] = bench.Swap{Host: h.after, Port: h.port, Forgotten: h.before}
		}
		return bench.SwapNginxMaps(list...)
	},
	func(some []*handOut) (bench.Command, error) {
		list := make([]bench.HashedPassword, len(some))
		for i, h := range some {
			list[i] = h.password
		}
		return bench.SetAdminPasswords(list...), nil
	},
}

// handOutTogether hands out sites of one revision. Those for which a part fails are left out of the next.
func (r *Runner) handOutTogether(ctx context.Context, _ string, all []*handOut) []error {
	failed := map[*handOut]error{}
	for _, part := range handOutParts {
		left := slices.DeleteFunc(slices.Clone(all), func(h *handOut) bool { return failed[h] != nil })
		if len(left) == 0 {
			break
		}
		command, err := part(left)
		stdout, err := r.answerTogether(ctx, left, command, err)
		answers, refused := bench.ParseValues(stdout), bench.ParseRefused(stdout)
		for _, h := range left {
			why, isRefused := refused[h.after]
			answer, isAnswered := answers[h.after]
			switch {
			case isRefused:
				failed[h] = fleet.Errorf(fleet.CodeCommandFailed, "%s: %s", h.after, why)
			case isAnswered:
				h.lines = append(h.lines, answer)
			default:
				failed[h] = cmp.Or(err, fmt.Errorf("%s did not say what became of %s", h.host.Name, h.after))
			}
		}
	}
	errs := make([]error, len(all))
	for i, h := range all {
		errs[i] = failed[h]
	}
	return errs
}

// askTogether asks sites of one server whether they answer.
func (r *Runner) askTogether(ctx context.Context, _ string, all []*handOut) []error {
	hosts := make([]string, len(all))
	for i, h := range all {
		hosts[i] = h.after
	}
	command, err := bench.Answering(handOutPatience, hosts...)
	stdout, err := r.answerTogether(ctx, all, command, err)
	answers, errs := bench.ParseValues(stdout), make([]error, len(all))
	for i, host := range hosts {
		if errs[i] = err; err == nil && answers.Int(host) != http.StatusOK {
			errs[i] = wrongAnswer(host, answers.Int(host), []int{http.StatusOK}, handOutPatience)
		}
	}
	return errs
}

// answerTogether runs a command that could be made on the server of some sites, and returns what it says, also of those that it
// succeeded for when it failed for others.
func (r *Runner) answerTogether(ctx context.Context, some []*handOut, command bench.Command, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	output, err := r.Pool.Run(ctx, some[0].host, command)
	return output.Stdout, err
}
