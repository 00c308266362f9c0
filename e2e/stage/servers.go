package stage

import (
	"testing"

	"central/fleet"
	"central/practice"
	"central/runner/remote"
)

// reach is how Central reaches a practice host.
func reach(t *testing.T, host practice.Host) remote.Host {
	t.Helper()
	key, err := remote.ScanHostKey(t.Context(), host.Address.String(), 22)
	Must(t, err)
	return remote.Host{Name: host.Name, Address: host.Address.String(), Port: 22, User: "root", HostKey: key}
}

// SetUp puts a host on record in a role and sets it up; one that does not run yet is booted beside the first. Behind a
// proxy, visitors reach no master any more: set it up first, and they go through it.
func (s *Stage) SetUp(name string, role fleet.ServerRole) fleet.Server {
	s.T.Helper()
	hosts, err := s.Machines.Up(s.T.Context(), name)
	Must(s.T, err)
	host := reach(s.T, hosts[0])
	server, err := s.Store.AddServer(s.T.Context(), Admin, fleet.NewServer{Name: name, Address: host.Address, Role: role, HostKey: host.HostKey})
	Must(s.T, err)
	_, action, err := s.Store.SetUpServer(s.T.Context(), Admin, server.ID, nil)
	Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	if role == fleet.RoleProxy {
		s.Front = host.Address
	}
	return server
}
