package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"central/practice/demo"
)

// people is how many confirm their addresses at the same moment; as many sites stand ready.
const people = 100

// How long the pool may take to fill, how often it is looked at, and how long the last of them waits at most.
const (
	fillPatience = 30 * time.Minute
	fillPause    = 2 * time.Second
	waitPatience = 10 * time.Minute
)

// visitPause is how often somebody's browser tries the new site again. A hundred that tried much more often would keep the machine
// busy that has to make their sites ready.
const visitPause = 250 * time.Millisecond

// signUps is for how long each of those who signed up at the same moment waited: from the request that confirms their address
// to the site that answers, and until they were told so.
type signUps struct{ answers, told []time.Duration }

// person is somebody who has filled in the website's form.
type person struct {
	site, token string
}

// measureSignUps fills a pool, lets everybody sign up, and then confirm their addresses at the same moment.
func measureSignUps(ctx context.Context, d *demo.Demo) (signUps, error) {
	plan, err := fillPool(ctx, d)
	if err != nil {
		return signUps{}, err
	}
	list := make([]person, people)
	for i := range list {
		if list[i], err = signUp(ctx, d, plan, i); err != nil {
			return signUps{}, err
		}
	}
	front, err := d.Fleet.Host("p-01")
	if err != nil {
		return signUps{}, err
	}
	address := net.JoinHostPort(front.Address.String(), "80")
	fmt.Printf("\n%d people confirm their addresses at the same moment\n", people)
	took := make([]time.Duration, people)
	ctx, cancel := context.WithTimeout(ctx, waitPatience)
	defer cancel()
	start := make(chan struct{})
	group, together := errgroup.WithContext(ctx)
	for i, who := range list {
		group.Go(func() (err error) {
			<-start
			took[i], err = who.confirm(together, d, address)
			return err
		})
	}
	close(start)
	if err := group.Wait(); err != nil {
		return signUps{}, err
	}
	told, err := handedOut(ctx, d)
	return signUps{took, told}, err
}

// fillPool makes a plan and waits until its pool is full. It returns the plan's id.
func fillPool(ctx context.Context, d *demo.Demo) (string, error) {
	var made struct {
		CreatePlan struct{ Plan struct{ ID string } }
	}
	err := d.Client.Do(ctx, `mutation { createPlan(input: {name: "Measured", price: {amount: 4900, currency: "EUR"}, trialDays: 14, graceDays: 7, limits: {}}) { plan { id } } }`, nil, &made)
	if err != nil {
		return "", err
	}
	plan := made.CreatePlan.Plan.ID
	err = d.Client.Do(ctx, `mutation($plan: ID!, $size: Int!) { setStandbyPool(input: {planId: $plan, size: $size}) { pool { id } } }`, map[string]any{"plan": plan, "size": people}, nil)
	if err != nil {
		return "", err
	}
	fmt.Printf("\nMaking %d sites that stand ready, not measured\n", people)
	ctx, cancel := context.WithTimeout(ctx, fillPatience)
	defer cancel()
	tick := time.NewTicker(fillPause)
	defer tick.Stop()
	for {
		var answer struct {
			StandbyPools []struct {
				Plan   struct{ ID string }
				Ready  int
				Reason string
			}
		}
		if err := d.Client.Do(ctx, `{ standbyPools { plan { id } ready reason } }`, nil, &answer); err != nil {
			return "", err
		}
		pool := answer.StandbyPools[0]
		for _, other := range answer.StandbyPools {
			if other.Plan.ID == plan {
				pool = other
			}
		}
		if pool.Ready >= people {
			return plan, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", fmt.Errorf("the pool has %d sites: %s", pool.Ready, pool.Reason)
		}
	}
}

// signUp fills in the website's form for somebody, each from an address of their own, and takes the link that was mailed to them.
func signUp(ctx context.Context, d *demo.Demo, plan string, i int) (person, error) {
	who := person{site: fmt.Sprintf("signed-%03d.example.com", i)}
	var signed struct{ SignUp struct{ ID string } }
	err := d.Client.Do(ctx, `mutation($in: SignUpInput!) { signUp(input: $in) { id } }`, map[string]any{"in": map[string]any{
		"idempotencyKey": who.site, "planId": plan, "siteName": who.site, "name": "Somebody",
		"email": fmt.Sprintf("somebody-%03d@customers.example", i), "clientAddress": fmt.Sprintf("203.0.113.%d", i+1),
	}}, &signed)
	if err != nil {
		return who, err
	}
	var copied struct{ CopySignUpLink struct{ Link string } }
	err = d.Client.Do(ctx, `mutation($id: ID!) { copySignUpLink(input: {signUpId: $id}) { link } }`, map[string]any{"id": signed.SignUp.ID}, &copied)
	_, who.token, _ = strings.Cut(copied.CopySignUpLink.Link, "token=")
	return who, err
}

// confirm confirms somebody's address and visits their site until it answers. It returns how long that took altogether.
func (p person) confirm(ctx context.Context, d *demo.Demo, front string) (time.Duration, error) {
	began := time.Now()
	var verified struct {
		VerifySignUp struct{ State, Sentence string }
	}
	err := d.Client.Do(ctx, `mutation($token: String!) { verifySignUp(input: {token: $token}) { state sentence } }`, map[string]any{"token": p.token}, &verified)
	if err != nil {
		return 0, err
	}
	tick := time.NewTicker(visitPause)
	defer tick.Stop()
	for {
		if answers(ctx, front, p.site) {
			return time.Since(began), nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, fmt.Errorf("%s, which was %s (%s): %w", p.site, verified.VerifySignUp.State, verified.VerifySignUp.Sentence, ctx.Err())
		}
	}
}

// answers says whether a site is served by the proxy.
func answers(ctx context.Context, front, site string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+front+"/api/method/ping", nil)
	if err != nil {
		return false
	}
	request.Host = site
	response, err := http.DefaultClient.Do(request)
	return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// handedOut waits until everybody has been told that their site is ready, and returns how long after the confirmation that was. It
// errs when one site was handed out to two people.
func handedOut(ctx context.Context, d *demo.Demo) ([]time.Duration, error) {
	tick := time.NewTicker(fillPause)
	defer tick.Stop()
	for {
		var answer struct {
			SignUps struct {
				Nodes []struct {
					SiteName            string
					VerifiedAt, ReadyAt *time.Time
					Site                *struct{ ID string }
				}
			}
		}
		if err := d.Client.Do(ctx, `{ signUps(first: 1000) { nodes { siteName verifiedAt readyAt site { id } } } }`, nil, &answer); err != nil {
			return nil, err
		}
		told, owner := []time.Duration{}, map[string]string{}
		for _, s := range answer.SignUps.Nodes {
			if s.ReadyAt == nil || s.Site == nil {
				continue
			}
			if other := owner[s.Site.ID]; other != "" {
				return nil, fmt.Errorf("%s and %s got the same site", other, s.SiteName)
			}
			owner[s.Site.ID] = s.SiteName
			told = append(told, s.ReadyAt.Sub(*s.VerifiedAt))
		}
		if len(told) >= people {
			return told, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d were told that their site is ready", len(told), people)
		}
	}
}
