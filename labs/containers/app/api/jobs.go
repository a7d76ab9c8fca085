package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Job is what waits in the queue. The worker reads the same two fields.
type Job struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Result is what a worker found, as it stands in the database.
type Result struct {
	ID         string    `json:"id"`
	State      string    `json:"state"`
	Words      int       `json:"words"`
	Characters int       `json:"characters"`
	TopWord    *string   `json:"top_word"` // null where the text has no word
	Worker     string    `json:"worker"`
	FinishedAt time.Time `json:"finished_at"`
}

// States of a job, as clients see them.
const (
	waiting = "waiting"
	done    = "done"
)

var jobID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// newJob reads a client's wish. The error is one to show to the client.
func newJob(body []byte) (Job, error) {
	var wish struct {
		Text string `json:"text"`
	}
	var wrongType *json.UnmarshalTypeError
	switch err := json.Unmarshal(body, &wish); {
	case errors.As(err, &wrongType) && wrongType.Field == "text":
		return Job{}, fmt.Errorf("text must be a string, not a %s", wrongType.Value)
	case errors.As(err, &wrongType):
		return Job{}, fmt.Errorf("the body must be a JSON object, not a %s", wrongType.Value)
	case err != nil:
		return Job{}, fmt.Errorf("the body is not JSON: %w", err)
	case strings.TrimSpace(wish.Text) == "":
		return Job{}, errors.New(`text is missing: send {"text": "…"}`)
	case strings.ContainsRune(wish.Text, 0):
		return Job{}, errors.New("text holds a NUL character, which PostgreSQL can't store")
	}
	return Job{ID: newID(), Text: wish.Text}, nil
}

// newID can't be guessed, and needs no database to be unique.
func newID() string {
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails, by its documentation
	return hex.EncodeToString(random)
}
