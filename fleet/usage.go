package fleet

import (
	"fmt"
	"strings"
	"time"
)

// SiteUsage is what one site uses, as it was last collected.
type SiteUsage struct {
	SiteID        uint
	DatabaseBytes int64
	FilesBytes    int64 // public and private files, without backups
	Users         *int  // enabled people, without Administrator and Guest; nil when the site could not tell
	TakenAt       time.Time
}

// StorageBytes is what a plan's limit of storage is about.
func (u SiteUsage) StorageBytes() int64 { return u.DatabaseBytes + u.FilesBytes }

// UsageDay is what a site used at the end of a day, of UTC.
type UsageDay struct {
	SiteID        uint
	Day           time.Time
	DatabaseBytes int64
	FilesBytes    int64
	Users         *int
}

// LimitKind is one of the limits of a plan.
type LimitKind string

// The kinds of limits.
const (
	LimitUsers   LimitKind = "USERS"
	LimitStorage LimitKind = "STORAGE" // bytes
	LimitSites   LimitKind = "SITES"
)

// LimitExcess is that more is used of something than a plan allows.
type LimitExcess struct {
	Limit   LimitKind
	Used    int64
	Allowed int64
}

// Sentence says it in words.
func (e LimitExcess) Sentence() string {
	switch e.Limit {
	case LimitStorage:
		return fmt.Sprintf("It uses %s of storage; its plan allows %s.", Size(e.Used), Size(e.Allowed))
	case LimitSites:
		return fmt.Sprintf("Its customer has %d sites; the plan allows %d.", e.Used, e.Allowed)
	}
	return fmt.Sprintf("It has %d users; its plan allows %d.", e.Used, e.Allowed)
}

// Exceeded is which limits are exceeded by a site with this usage, nil when it was not collected yet, of a customer with so
// many sites on the plan.
func (l PlanLimits) Exceeded(usage *SiteUsage, sites int) []LimitExcess {
	over := []LimitExcess{}
	if usage != nil && l.Users != nil && usage.Users != nil && *usage.Users > *l.Users {
		over = append(over, LimitExcess{LimitUsers, int64(*usage.Users), int64(*l.Users)})
	}
	if usage != nil && l.StorageBytes != nil && usage.StorageBytes() > *l.StorageBytes {
		over = append(over, LimitExcess{LimitStorage, usage.StorageBytes(), *l.StorageBytes})
	}
	if l.Sites != nil && sites > *l.Sites {
		over = append(over, LimitExcess{LimitSites, int64(sites), int64(*l.Sites)})
	}
	return over
}

// ExcessSentences is all of them in one text.
func ExcessSentences(over []LimitExcess) string {
	words := make([]string, len(over))
	for i, e := range over {
		words[i] = e.Sentence()
	}
	return strings.Join(words, " ")
}
