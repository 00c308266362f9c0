package fleet

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// PlacementWish is what a new site asks of the bench that it is put on; the zero value takes any bench.
type PlacementWish struct {
	Region string   // of the server; any when empty
	Labels []string // which the server has all of
	Apps   []string // which the bench has all of
}

// Validate checks the wish's form. It errs with CodeInvalid and the field.
func (w *PlacementWish) Validate() (err error) {
	if err := ValidRegion(w.Region); err != nil {
		return AtField(err, "input.region")
	}
	if w.Labels, err = SortedLabels(w.Labels); err != nil {
		return AtField(err, "input.labels")
	}
	for i, app := range w.Apps {
		if err := ValidAppName(app); err != nil {
			return AtField(err, fmt.Sprintf("input.apps.%d", i))
		}
	}
	return nil
}

// BenchRoom is a bench, and all that decides whether a new site goes there.
type BenchRoom struct {
	Bench     Bench
	Server    Server
	Pair      *Pair    // nil for a server without one
	Apps      []string // of its newest revision that Central has built; nil when it has none
	Health    ServerHealth
	Sites     int // that live on the server
	Newcomers int // of those, how many the server's last sample does not show in full yet
}

// Scarce names what a server has least of.
type Scarce string

// What may be scarce.
const (
	ScarceCPU    Scarce = "CPU"
	ScarceMemory Scarce = "MEMORY"
	ScarceDisk   Scarce = "DISK"
	ScarceSites  Scarce = "SITES"
)

// Placement is where a new site would go, and why.
type Placement struct {
	Chosen   *PlacedBench  // nil when none fits
	Benches  []PlacedBench // all that were looked at: those that fit by their room, then the others by name
	Sentence string        // why this one, or why none
}

// PlacedBench is one bench that was looked at for a new site.
type PlacedBench struct {
	BenchID    uint
	BenchName  string
	ServerID   uint
	ServerName string
	Region     string
	Sites      int      // that live on the server
	Room       *float64 // share that is free of what the server has least of, 0 to 1; nil when it was refused
	Scarcest   *Scarce  // what that is; nil when it was refused
	Refused    string   // why no site goes there, a sentence; empty when one may
}

const (
	// sitesPerCPU is how many sites a server is good for by their number alone. More are no reason to refuse one.
	sitesPerCPU = 100
	// newcomerShare is the room that a site takes until a sample shows what it really takes: a hundred sign-ups within a
	// minute do not all go where there was most room before the first of them.
	newcomerShare = 0.01
)

// Place chooses among benches the one on the server with the most room, where room is the free share of what the server
// has least of: processor, memory, disk or number of sites. Of servers with as much room, to the percent, it is the one with
// fewer sites; of benches of one server, the newest. Equal input gives equal answers.
func Place(wish PlacementWish, benches []BenchRoom) Placement {
	placed := Placement{Benches: make([]PlacedBench, len(benches))}
	for i, b := range benches {
		placed.Benches[i] = b.placed(wish)
	}
	slices.SortFunc(placed.Benches, comparePlaced)
	if len(placed.Benches) > 0 && placed.Benches[0].Refused == "" {
		placed.Chosen = &placed.Benches[0]
	}
	placed.Sentence = placed.sentence()
	return placed
}

func (b BenchRoom) placed(wish PlacementWish) PlacedBench {
	placed := PlacedBench{
		BenchID: b.Bench.ID, BenchName: b.Bench.Name, ServerID: b.Server.ID, ServerName: b.Server.Name, Region: b.Server.Region,
		Sites: b.Sites, Refused: b.refused(wish),
	}
	if placed.Refused == "" {
		room, scarcest := b.room()
		placed.Room, placed.Scarcest = &room, &scarcest
	}
	return placed
}

// comparePlaced puts what fits first, by room to the percent; the rest by name.
func comparePlaced(a, b PlacedBench) int {
	fits, alsoFits := a.Refused == "", b.Refused == ""
	switch {
	case fits && !alsoFits:
		return -1
	case !fits && alsoFits:
		return 1
	case !fits:
		return cmp.Or(cmp.Compare(a.ServerName, b.ServerName), cmp.Compare(a.BenchName, b.BenchName), cmp.Compare(a.BenchID, b.BenchID))
	}
	if a.ServerID == b.ServerID {
		return cmp.Compare(b.BenchID, a.BenchID)
	}
	return cmp.Or(cmp.Compare(percent(*b.Room), percent(*a.Room)), cmp.Compare(a.Sites, b.Sites), cmp.Compare(a.ServerName, b.ServerName))
}

func percent(share float64) int { return int(math.Floor(100*share + 1e-9)) }

// refused is why no new site goes to a bench; empty when one may.
func (b BenchRoom) refused(wish PlacementWish) string {
	server := b.Server
	for _, reason := range []string{b.unwanted(wish), b.closed(), b.unready()} {
		if reason != "" {
			return reason
		}
	}
	switch b.Health.State {
	case HealthOK, HealthDegraded:
	case HealthDown:
		return fmt.Sprintf("%s is down.", server.Name)
	default:
		return fmt.Sprintf("Nobody knows how much room %s has: it was not looked at lately.", server.Name)
	}
	if b.Health.Latest == nil {
		return fmt.Sprintf("Nobody knows how much room %s has: it was not looked at yet.", server.Name)
	}
	return full(server.Name, *b.Health.Latest)
}

// unwanted is what of a wish the bench does not meet.
func (b BenchRoom) unwanted(wish PlacementWish) string {
	if wish.Region != "" && b.Server.Region != wish.Region {
		if b.Server.Region == "" {
			return fmt.Sprintf("%s is in no region.", b.Server.Name)
		}
		return fmt.Sprintf("%s is in %s.", b.Server.Name, b.Server.Region)
	}
	for _, label := range wish.Labels {
		if !slices.Contains(b.Server.Labels, label) {
			return fmt.Sprintf("%s has no label %s.", b.Server.Name, label)
		}
	}
	if b.Apps == nil {
		return fmt.Sprintf("%s has no revision that Central has built.", b.Bench.Name)
	}
	for _, app := range wish.Apps {
		if !slices.Contains(b.Apps, app) {
			return fmt.Sprintf("%s has no app %s.", b.Bench.Name, app)
		}
	}
	return ""
}

// closed is that somebody has closed the bench or its server to new sites.
func (b BenchRoom) closed() string {
	if b.Server.ClosedToSites {
		return closedSentence(b.Server.Name, b.Server.ClosedWhy)
	}
	if b.Bench.ClosedToSites {
		return closedSentence(b.Bench.Name, b.Bench.ClosedWhy)
	}
	return ""
}

// RefuseClosed errs with CodeNotReady, about a field, when a bench or its server is closed to new sites.
func RefuseClosed(server Server, bench Bench, field string) error {
	if reason := (BenchRoom{Server: server, Bench: bench}).closed(); reason != "" {
		return FieldErrorf(CodeNotReady, field, "%s Open it, or choose another bench.", reason)
	}
	return nil
}

func closedSentence(name, why string) string {
	if why == "" {
		return name + " is closed to new sites."
	}
	return fmt.Sprintf("%s is closed to new sites: %s.", name, strings.TrimRight(why, "."))
}

// unready is what keeps the server from being used at all.
func (b BenchRoom) unready() string {
	switch {
	case b.Server.Role != RoleMaster:
		return fmt.Sprintf("%s is a %s; sites live on masters.", b.Server.Name, b.Server.Role)
	case b.Server.Status != ServerReady:
		return fmt.Sprintf("%s is %s.", b.Server.Name, b.Server.Status)
	case b.Pair != nil && b.Pair.Status != PairReady:
		return fmt.Sprintf("The pair %s is %s.", b.Pair.Name, b.Pair.Status)
	}
	return ""
}

// full is what a server has no room of: that of which an alert is raised.
func full(name string, sample ServerSample) string {
	if disk, ok := sample.FullestDisk(); ok && disk.UsedRatio() > Limits[AlertDisk].Warning {
		return fmt.Sprintf("%s of %s is %d %% full.", disk.Mount, name, percent(disk.UsedRatio()))
	}
	if used := ratio(sample.MemoryUsed, sample.MemoryTotal); used > Limits[AlertMemory].Warning {
		return fmt.Sprintf("%d %% of the memory of %s is used.", percent(used), name)
	}
	if sample.CPUs > 0 && sample.Load1/float64(sample.CPUs) > Limits[AlertLoad].Warning {
		return fmt.Sprintf("The load of %s is %.1f on %d CPUs.", name, sample.Load1, sample.CPUs)
	}
	return ""
}

// room is the free share of what the server has least of, and what that is.
func (b BenchRoom) room() (float64, Scarce) {
	sample := *b.Health.Latest
	cpus := max(1, float64(sample.CPUs))
	disk, _ := sample.FullestDisk()
	least, scarcest := math.Inf(1), ScarceCPU
	for _, share := range []struct {
		of   Scarce
		free float64
	}{
		{ScarceCPU, 1 - sample.Load1/cpus},
		{ScarceMemory, 1 - ratio(sample.MemoryUsed, sample.MemoryTotal)},
		{ScarceDisk, 1 - disk.UsedRatio()},
		{ScarceSites, 1 - float64(b.Sites)/(sitesPerCPU*cpus)},
	} {
		if share.free < least {
			least, scarcest = share.free, share.of
		}
	}
	return max(0, min(1, least-newcomerShare*float64(b.Newcomers))), scarcest
}

// scarceWords are how what is scarce is called in a sentence.
var scarceWords = map[Scarce]string{ScarceCPU: "processor", ScarceMemory: "memory", ScarceDisk: "disk", ScarceSites: "number of sites"}

// maxReasons is how many benches that do not fit are named with their reasons.
const maxReasons = 4

func (p Placement) sentence() string {
	if p.Chosen == nil {
		return p.none()
	}
	first := fmt.Sprintf("%s on %s has the most room: %d %%, by its %s", p.Chosen.BenchName, p.Chosen.ServerName, percent(*p.Chosen.Room), scarceWords[*p.Chosen.Scarcest])
	for _, next := range p.Benches[1:] {
		if next.Refused == "" && next.ServerID != p.Chosen.ServerID {
			return fmt.Sprintf("%s; %s has %d %%.", first, next.ServerName, percent(*next.Room))
		}
	}
	return first + "."
}

func (p Placement) none() string {
	if len(p.Benches) == 0 {
		return "There is no bench yet."
	}
	reasons := []string{}
	for _, b := range p.Benches {
		if !slices.Contains(reasons, b.Refused) { // of a server with several benches it is said once
			reasons = append(reasons, b.Refused)
		}
	}
	words := "No bench takes a new site. " + strings.Join(reasons[:min(len(reasons), maxReasons)], " ")
	if more := len(reasons) - maxReasons; more > 0 {
		words += fmt.Sprintf(" And %s more.", plural(more, "reason", "reasons"))
	}
	return words
}

// Bench is the bench that was chosen. It errs with CodeNotReady, about the region when one was asked for, else about the
// bench, when none fits.
func (p Placement) Bench(wish PlacementWish) (uint, error) {
	if p.Chosen != nil {
		return p.Chosen.BenchID, nil
	}
	field := "input.benchId"
	if wish.Region != "" {
		field = "input.region"
	}
	return 0, FieldErrorf(CodeNotReady, field, "%s", p.Sentence)
}

// CloseInput is the input of CloseServer and CloseBench.
type CloseInput struct {
	ServerID uint // only for CloseServer
	BenchID  uint // only for CloseBench
	Closed   bool // to new sites
	Why      string
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (c *CloseInput) Validate() (err error) {
	if c.Why, err = oneLine(c.Why, "input.why", 0); err != nil {
		return err
	}
	if !c.Closed {
		c.Why = ""
	}
	return nil
}
