package fleet

import "fmt"

// dissolve plans that the two servers stand alone again. gone is the one that is gone for good, nil when none is.
func (p *pairPlanner) dissolve(gone *uint) error {
	pair, master, slave := p.of.Pair, p.of.Master, p.of.Slave
	if gone != nil && *gone != master.ID && *gone != slave.ID {
		return FieldErrorf(CodeInvalid, "input.goneServerId", "The server %d is not one of the pair %s.", *gone, pair.Name)
	}
	p.plan.Title = fmt.Sprintf("Take the pair %s apart", pair.Name)
	p.plan.Confirm = true
	p.free()
	if p.of.Benches > 0 || p.of.Sites > 0 {
		p.blocks(CodeNotReady, "%s still holds %s and %s, which would have no slave any more; move the sites to another pair and retire the benches first.", pair.Name, countBenches(p.of.Benches), countSites(p.of.Sites))
	}
	if len(p.of.AtWork) > 0 {
		p.blocks(CodeConflict, "%q is under way on its servers%s; wait until that is done.", p.of.AtWork[0], andMore(len(p.of.AtWork)-1))
	}
	for _, server := range []Server{master, slave} {
		if gone == nil || *gone != server.ID {
			p.there(server)
		}
	}
	p.does("Replication and the mirroring of files end. The account of the replication, the keys by which the two let each other in, and the database's settings of a pair are removed, and their firewalls let each other in no longer.")
	p.does("The databases of both are restarted.")
	if gone != nil {
		p.does("Nothing is done on %s, which is gone. Should it come back, it stays closed to visitors until it is wiped.", p.name(*gone))
	}
	p.does("%s and %s are masters without benches then: each may take benches, become part of another pair, or be retired.", master.Name, slave.Name)
	p.does("The name %s becomes free. What was done to the pair stays in the activity and in the audit log.", pair.Name)
	if pair.Status == PairFailedOver {
		p.note(PlanWarning, CodeNotReady, "What %s has and %s never got stays on its disk, until it is retired or becomes a slave again.", slave.Name, master.Name)
	}
	if p.of.OnlyBackups > 0 {
		p.note(PlanWarning, CodeNotReady, "%s of archived sites or earlier benches: they stay where they are, and are gone when that server is retired.", lieOnlyHere(p.of.OnlyBackups))
	}
	return nil
}

// there holds it against the state of a server on which something is to be done.
func (p *pairPlanner) there(server Server) {
	switch server.Status {
	case ServerReady, ServerFailed:
	case ServerKeyChanged:
		p.blocks(CodeHostKeyChanged, "%s shows another host key than the pinned one; everything on it is stopped. If it is gone for good, say so.", server.Name)
	case ServerSettingUp:
		p.blocks(CodeConflict, "%s is being set up; wait until that is done.", server.Name)
	case ServerNew, ServerRetired:
		p.blocks(CodeNotReady, "%s was not set up yet; set it up first, or say that it is gone for good.", server.Name)
	}
}

func (p *pairPlanner) name(serverID uint) string {
	if serverID == p.of.Master.ID {
		return p.of.Master.Name
	}
	return p.of.Slave.Name
}

// lieOnlyHere begins a sentence about backups that are nowhere else.
func lieOnlyHere(n int) string {
	if n == 1 {
		return "1 backup lies only there"
	}
	return fmt.Sprintf("%d backups lie only there", n)
}
