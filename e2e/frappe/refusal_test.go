//go:build frappe

package frappe

import "central/fleet"

// refuses moves both sites to the release with the patch that two refuses: one is on it, two back where it was with
// every table as it was.
func (s *host) refuses(first, second fleet.Site) {
	s.T.Helper()
	s.command(two, "set-config", "trial_refuses", "1")
	before := s.state(two)
	deploy := s.Deploy(s.refusing.of(), fleet.DeployFailed, first, second)
	if deploy.Done != 1 || deploy.RolledBack != 1 {
		s.T.Errorf("done %d, rolled back %d", deploy.Done, deploy.RolledBack)
	}
	same(s.T, "a site that was taken back", before, s.state(two))
	s.serves(two, s.history.from)
	s.migrated(one, s.refusing)
}
