package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"time"

	"github.com/lib/pq"
)

// Store reads the results that workers wrote.
type Store struct{ pool *sql.DB }

const selected = "SELECT id, words, characters, top_word, worker, finished_at FROM jobs "

// NewStore doesn't connect yet.
func NewStore(address string) (*Store, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	// TLS where the server has it: the default of every other client, but not of this library.
	if query := parsed.Query(); !query.Has("sslmode") {
		query.Set("sslmode", "prefer")
		parsed.RawQuery = query.Encode()
	}
	connector, err := pq.NewConnector(parsed.String())
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(4) // a server's connections are few: each is a process there
	pool.SetConnMaxIdleTime(time.Minute)
	return &Store{pool: pool}, nil
}

// Get returns a job's result, or nil where there's none.
func (s *Store) Get(ctx context.Context, id string) (*Result, error) {
	found, err := s.query(ctx, selected+"WHERE id = $1", id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Latest returns the newest results first.
func (s *Store) Latest(ctx context.Context, limit int) ([]Result, error) {
	return s.query(ctx, selected+"ORDER BY finished_at DESC LIMIT $1", limit)
}

// Ping tells whether PostgreSQL answers, and has the table.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.Latest(ctx, 0)
	return err
}

// Close ends the connections.
func (s *Store) Close() error { return s.pool.Close() }

func (s *Store) query(ctx context.Context, query string, values ...any) (found []Result, err error) {
	rows, err := s.pool.QueryContext(ctx, query, values...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = []Result{} // an empty list in JSON, not null
	for rows.Next() {
		one := Result{State: done}
		if err := rows.Scan(&one.ID, &one.Words, &one.Characters, &one.TopWord, &one.Worker, &one.FinishedAt); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}
