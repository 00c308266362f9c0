package fleet

import (
	"cmp"
	"slices"
)

// PlanMove is the way of one app in a group of a plan: from the commit that some of its sites have to the one that all get.
type PlanMove struct {
	App         string
	FromCommit  string
	FromVersion string
	ToCommit    string
	ToVersion   string
	Sites       int  // of the group that are on FromCommit
	Backwards   bool // FromCommit is the newer one
}

// addMoves counts one more site of a group that changes these apps. What is new on the bench has no commit to come from.
func (p *planner) addMoves(moves []PlanMove, from, to []RevisionApp) []PlanMove {
	for i := range min(len(from), len(to)) {
		if from[i].Commit == to[i].Commit {
			continue
		}
		at := slices.IndexFunc(moves, func(m PlanMove) bool { return m.App == to[i].App && m.FromCommit == from[i].Commit })
		if at >= 0 {
			moves[at].Sites++
			continue
		}
		old, okOld := p.release(from[i].App, from[i].Commit)
		next, okNext := p.release(to[i].App, to[i].Commit)
		moves = append(moves, PlanMove{
			App: to[i].App, FromCommit: from[i].Commit, FromVersion: from[i].Version, ToCommit: to[i].Commit, ToVersion: to[i].Version,
			Sites: 1, Backwards: okOld && okNext && next.Position < old.Position,
		})
	}
	return moves
}

// sortMoves orders moves by the bench's order of apps, and those of one app by how many sites they are of.
func sortMoves(moves []PlanMove, apps []RevisionApp) {
	place := func(m PlanMove) int {
		return slices.IndexFunc(apps, func(a RevisionApp) bool { return a.App == m.App })
	}
	slices.SortFunc(moves, func(a, b PlanMove) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(b.Sites, a.Sites), cmp.Compare(a.FromCommit, b.FromCommit))
	})
}
