package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Client speaks GraphQL to a Central with an API token, as any script would.
type Client struct {
	URL   string // such as http://127.0.0.1:8080/graphql
	Token string
}

// Error is one error of a GraphQL answer.
type Error struct {
	Message    string `json:"message"`
	Extensions struct {
		Code  string `json:"code"`
		Field string `json:"field"`
	} `json:"extensions"`
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Extensions.Code, e.Extensions.Field, e.Message)
}

// Do sends one operation and decodes its data into out. It errs with *Error when Central refuses.
func (c *Client) Do(ctx context.Context, query string, variables map[string]any, out any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.Token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []*Error        `json:"errors"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s answered %s: %w", c.URL, response.Status, err)
	}
	if len(answer.Errors) > 0 {
		return answer.Errors[0]
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer.Data, out)
}

// Action is what Wait knows of an action.
type Action struct {
	ID           string
	Title        string
	Status       string
	Percent      int
	Step         string
	ErrorMessage string
	ErrorDetail  string
	WaitsFor     []Action // those that come first, without what they wait for themselves
}

const actionQuery = `query($id: ID!) { action(id: $id) { ...state waitsFor { ...state } } }
	fragment state on Action { id title status percent step errorMessage errorDetail }`

// Wait polls actions until all have ended, and tells watch, unless it is nil, each time what they and those that come
// before them look like.
// It errs when one did not succeed.
func (c *Client) Wait(ctx context.Context, ids []string, watch func([]Action)) error {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		actions, ended := make([]Action, len(ids)), 0
		for i, id := range ids {
			var answer struct{ Action Action }
			err := c.Do(ctx, actionQuery, map[string]any{"id": id}, &answer)
			if err != nil {
				return err
			}
			actions[i] = answer.Action
			if status := answer.Action.Status; status != "QUEUED" && status != "RUNNING" {
				ended++
			}
		}
		if watch != nil {
			var all []Action
			for _, a := range actions {
				all = append(append(all, a.WaitsFor...), a)
			}
			watch(all)
		}
		if ended == len(ids) {
			return failures(actions)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func failures(actions []Action) error {
	var failed []string
	for _, a := range actions {
		if a.Status != "SUCCEEDED" {
			failed = append(failed, fmt.Sprintf("%s: %s %s", a.Title, a.Status, a.ErrorMessage))
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%s", strings.Join(failed, "\n"))
	}
	return nil
}
