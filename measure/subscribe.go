package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"central/practice/demo"
)

// maxEvent is the longest event that is read, in bytes.
const maxEvent = 4 << 20

// subscribe reads a subscription over server-sent events to its end. It errs when the stream breaks off
// before it says that it is complete, and with what onData errs with.
func subscribe(ctx context.Context, client *demo.Client, query string, variables map[string]any, onData func(json.RawMessage) error) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, client.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+client.Token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxEvent)
	for lines.Scan() {
		if lines.Text() == "event: complete" {
			return nil
		}
		text, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData || text == "" {
			continue
		}
		var payload struct {
			Data   json.RawMessage
			Errors []*demo.Error
		}
		if err := json.Unmarshal([]byte(text), &payload); err != nil {
			return fmt.Errorf("the stream sent %.100q: %w", text, err)
		}
		if len(payload.Errors) > 0 {
			return payload.Errors[0]
		}
		if err := onData(payload.Data); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("the stream broke off")
}
