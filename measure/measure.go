package main

import (
	"context"
	"fmt"
	"time"

	"central/practice/demo"
)

// The sites that are measured are on one bench, so that nothing else happens on their server.
const (
	benchName  = "south"
	serverName = "m-02"
)

// The two releases that sites go back and forth between. Patches run once, in the round before the first.
var versions = [2]string{"1.0.0", "1.1.0"}

// measurement is what a run has seen.
type measurement struct {
	sites      int             // moved in each round, one after the other
	firstEvent []time.Duration // from the accepted deploySites to the first event that a runner caused, by round
	central    []time.Duration // of one site's move by Central, by round
	raw        []time.Duration // of one site's move by the loop of ssh, two for each round: back and there again
}

// measure moves the sites of a bench back and forth: in each round once by Central, then back and there again
// by a loop of ssh, so that Central finds every site where it left it.
func measure(ctx context.Context, d *demo.Demo, key string) (measurement, error) {
	chosen, err := sitesOf(ctx, d, benchName)
	if err != nil {
		return measurement{}, err
	}
	loop, err := newLoop(ctx, d, key)
	if err != nil {
		return measurement{}, err
	}
	defer loop.close()
	older, err := loop.place(ctx, chosen[0])
	if err != nil {
		return measurement{}, err
	}

	fmt.Printf("\nBuilding shop %s on %s and running its patches, not measured\n", versions[1], benchName)
	warm, err := deploy(ctx, d, chosen, versions[1], "warm-up")
	if err != nil {
		return measurement{}, err
	}
	moved, err := sitesOf(ctx, d, benchName)
	if err != nil {
		return measurement{}, err
	}
	newer, err := loop.place(ctx, moved[0])
	if err != nil {
		return measurement{}, err
	}
	if err := sameSteps(warm.steps, older, newer); err != nil {
		return measurement{}, err
	}

	seen := measurement{sites: len(chosen)}
	places := [2]place{older, newer}
	for round := range rounds {
		to := round % 2 // the first goes back to the older release
		done, err := deploy(ctx, d, chosen, versions[to], fmt.Sprintf("round-%d", round+1))
		if err != nil {
			return seen, err
		}
		seen.firstEvent = append(seen.firstEvent, done.firstEvent)
		seen.central = append(seen.central, done.perSite)
		line := fmt.Sprintf("Round %d of %d  first event %s  Central %s a site  loop", round+1, rounds, millis(done.firstEvent), millis(done.perSite))
		for _, way := range [][2]place{{places[to], places[1-to]}, {places[1-to], places[to]}} {
			took, err := loop.move(ctx, names(chosen), way[0], way[1])
			if err != nil {
				return seen, err
			}
			seen.raw = append(seen.raw, took)
			line += " " + millis(took)
		}
		fmt.Println(line)
	}
	return seen, nil
}

// site is one of those that are moved.
type site struct {
	ID, Name string
	Bench    struct{ Name string }
	Revision struct{ Name string }
}

func sitesOf(ctx context.Context, d *demo.Demo, bench string) ([]site, error) {
	var answer struct{ Sites struct{ Nodes []site } }
	err := d.Client.Do(ctx, `{ sites(first: 1000) { nodes { id name bench { name } revision { name } } } }`, nil, &answer)
	if err != nil {
		return nil, err
	}
	var found []site
	for _, s := range answer.Sites.Nodes {
		if s.Bench.Name == bench {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no site is on the bench %s", bench)
	}
	return found, nil
}

func names(sites []site) []string {
	list := make([]string, len(sites))
	for i, s := range sites {
		list[i] = s.Name
	}
	return list
}
