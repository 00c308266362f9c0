package runner

import "time"

// rhythm is how often a runner looks for what nobody queued. A look that finds nothing due costs a look at an index each.
type rhythm struct {
	subscriptions time.Duration // to move by their dates
	backups       time.Duration // to queue by schedule and to remove, and sites to archive
	apps          time.Duration // whose branches may have moved
	announced     time.Duration // apps that somebody said have moved
	signUps       time.Duration // that wait, and pools to fill
	links         time.Duration // to mail: somebody waits for each
	reminders     time.Duration // to mail
}

var normalRhythm = rhythm{
	subscriptions: 5 * time.Minute, backups: time.Minute, apps: 5 * time.Minute, announced: 3 * time.Second,
	signUps: 10 * time.Second, links: time.Second, reminders: 10 * time.Second,
}
