package fleet

import (
	"strings"
	"time"
)

// StandbyPool is how many sites stand ready for those who sign up for a plan in a region.
type StandbyPool struct {
	ID        uint
	PlanID    uint
	Region    string // anywhere when empty
	Size      int    // how many are wanted
	Reason    string // why there are not as many, a sentence; empty when all is well
	CreatedAt time.Time
	UpdatedAt time.Time
}

// StandbyPoolInput is the input of SetStandbyPool.
type StandbyPoolInput struct {
	PlanID uint
	Region string
	Size   int // 0: none any more
}

// maxStandby is how many sites one pool may have.
const maxStandby = 500

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (in *StandbyPoolInput) Validate() error {
	if err := ValidRegion(in.Region); err != nil {
		return AtField(err, "input.region")
	}
	if in.Size < 0 || in.Size > maxStandby {
		return FieldErrorf(CodeInvalid, "input.size", "A pool has 0 to %d sites.", maxStandby)
	}
	return nil
}

// standbyLabel is what the names of sites that stand ready begin with.
const standbyLabel = "standby-"

// StandbyName is the host name of a site that stands ready, made of something random.
func StandbyName(random, domain string) string {
	return standbyLabel + strings.ToLower(random) + "." + domain
}

// StandbyChoice says whether a list of sites has those that stand ready.
type StandbyChoice string

// The choices; the zero value is StandbyWithout.
const (
	StandbyWithout StandbyChoice = "WITHOUT" // those of customers and staff
	StandbyOnly    StandbyChoice = "ONLY"    // those that stand ready
	StandbyWith    StandbyChoice = "WITH"    // both
)

// StandbyCount is how many sites of a pool there are.
type StandbyCount struct {
	Ready  int
	Making int // that are being made
}
