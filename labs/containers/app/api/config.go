package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Config is all that differs from one place to another, so it comes from the environment. A password
// comes from a file that a variable names: an environment is shown by `docker inspect`, inherited by
// every child, and printed by many a crash report; a mounted file isn't.
type Config struct {
	Database string // postgresql://user:password@host:5432/name
	Redis    string // redis://:password@host:6379, or empty: no queue
}

func readConfig() (Config, error) {
	database, err := address("DATABASE", "postgresql://user@db:5432/myapp")
	if err != nil {
		return Config{}, err
	}
	redis, err := address("REDIS", "")
	return Config{Database: database, Redis: redis}, err
}

// address is NAME_URL, with the password that stands in the file NAME_PASSWORD_FILE, if there is one.
func address(name, otherwise string) (string, error) {
	text := os.Getenv(name + "_URL")
	if text == "" {
		text = otherwise
	}
	if text == "" {
		return "", nil
	}
	parsed, err := url.Parse(text)
	if err != nil {
		return "", fmt.Errorf("%s_URL is no URL", name) // the text may hold a password: not quoted
	}
	if file := os.Getenv(name + "_PASSWORD_FILE"); file != "" {
		password, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_PASSWORD_FILE: %w", name, err)
		}
		parsed.User = url.UserPassword(parsed.User.Username(), strings.TrimSpace(string(password)))
	}
	return parsed.String(), nil
}
