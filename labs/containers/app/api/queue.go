package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/gomodule/redigo/redis"
)

// Keys in Redis, the same in the worker.
const (
	keyWaiting = "jobs:waiting" // a list: in on the left, out on the right
	keyOpen    = "jobs:open"    // a set: ids of jobs that have no row in the database yet
)

// Queue holds jobs until a worker takes them.
type Queue struct{ pool *redis.Pool }

// NewQueue doesn't connect yet: a service that starts before its dependencies waits for nobody.
func NewQueue(address string) *Queue {
	limits := []redis.DialOption{
		redis.DialConnectTimeout(time.Second), redis.DialReadTimeout(time.Second), redis.DialWriteTimeout(time.Second),
	}
	return &Queue{pool: &redis.Pool{
		MaxIdle:     4,
		IdleTimeout: time.Minute,
		DialContext: func(ctx context.Context) (redis.Conn, error) {
			return redis.DialURLContext(ctx, address, limits...)
		},
		// A connection that was idle while Redis was restarted is dead: look before it's used.
		TestOnBorrow: func(connection redis.Conn, since time.Time) error {
			if time.Since(since) < time.Second {
				return nil
			}
			_, err := connection.Do("PING")
			return err
		},
	}}
}

// Push adds a job. Both writes or neither: MULTI. It is tried once: after a push whose answer got lost
// a second one would make a second job.
func (q *Queue) Push(ctx context.Context, job Job) error {
	text, err := json.Marshal(job)
	if err != nil {
		return err
	}
	return q.with(ctx, func(connection redis.Conn) error {
		err := errors.Join(
			connection.Send("MULTI"),
			connection.Send("SADD", keyOpen, job.ID),
			connection.Send("LPUSH", keyWaiting, text),
		)
		if err != nil {
			return err
		}
		_, err = redis.DoContext(connection, ctx, "EXEC")
		return err
	})
}

// Holds tells whether a job waits, or is being worked on.
func (q *Queue) Holds(ctx context.Context, id string) (held bool, err error) {
	err = q.with(ctx, func(connection redis.Conn) error {
		held, err = redis.Bool(redis.DoContext(connection, ctx, "SISMEMBER", keyOpen, id))
		return err
	})
	return held, err
}

// Ping tells whether Redis answers.
func (q *Queue) Ping(ctx context.Context) error {
	return q.with(ctx, func(connection redis.Conn) error {
		_, err := redis.DoContext(connection, ctx, "PING")
		return err
	})
}

// Close ends the connections.
func (q *Queue) Close() error { return q.pool.Close() }

func (q *Queue) with(ctx context.Context, use func(redis.Conn) error) error {
	connection, err := q.pool.GetContext(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }() // back to the pool
	return use(connection)
}

// NoQueue is there where REDIS_URL isn't set: results are shown, and no jobs are taken.
type NoQueue struct{}

// Push fails.
func (NoQueue) Push(context.Context, Job) error { return errors.New("REDIS_URL is not set") }

// Holds finds nothing.
func (NoQueue) Holds(context.Context, string) (bool, error) { return false, nil }

// Ping has nobody to ask.
func (NoQueue) Ping(context.Context) error { return nil }
