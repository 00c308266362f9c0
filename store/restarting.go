package store

import (
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// restartKinds are the actions that stop a server or its services for a while, because somebody asked for it.
var restartKinds = []fleet.ActionKind{fleet.ActionSetUpServer, fleet.ActionUpdateServer, fleet.ActionRestartService, fleet.ActionRebootServer}

// restartGrace is how long after such an action its server may still be coming up. A set-up ends with everything up. One
// that failed gets none: what is down then is for a person.
const restartGrace = 2 * time.Minute

// restartingServers are the servers that are being started anew on purpose, or were a moment ago: that they and their
// sites do not answer is no news.
func restartingServers(tx *gorm.DB) ([]uint, error) {
	var ids []uint
	err := tx.Raw(`SELECT DISTINCT server_id FROM actions WHERE kind IN ? AND server_id IS NOT NULL
		AND (finished_at IS NULL AND status = 'RUNNING' OR finished_at > ? AND status = 'SUCCEEDED' AND kind <> ?)`,
		restartKinds, now().Add(-restartGrace), fleet.ActionSetUpServer).Scan(&ids).Error
	return ids, err
}

// rebootEnded has the proxies send visitors to a server again, however its reboot ended: of one that did not come back
// they say that it does not answer.
func (s *Store) rebootEnded(tx *gorm.DB, action *fleet.Action) error {
	var sites int64
	if err := tx.Model(&fleet.Site{}).Where("server_id = ?", *action.ServerID).Count(&sites).Error; err != nil || sites == 0 {
		return err
	}
	_, err := s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}
