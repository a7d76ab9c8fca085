package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPasswordComesFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("p@ss/word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DATABASE_URL", "postgresql://user@db:5432/myapp")
	t.Setenv("DATABASE_PASSWORD_FILE", file)
	config, err := readConfig()
	if err != nil || config.Database != "postgresql://user:p%40ss%2Fword@db:5432/myapp" {
		t.Fatal(config.Database, err)
	}
}

func TestTheSeedsURLIsTakenToo(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgresql://user:password@db:5432/myapp")
	config, err := readConfig()
	if err != nil || config.Database != "postgresql://user:password@db:5432/myapp" || config.Redis != "" {
		t.Fatal(config, err)
	}
}

func TestWhatIsWrongIsSaidWithoutThePassword(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgresql://user:secret%zz@db/myapp")
	if _, err := readConfig(); err == nil || strings.Contains(err.Error(), "secret") {
		t.Fatal(err)
	}
	t.Setenv("DATABASE_URL", "")
	t.Setenv("DATABASE_PASSWORD_FILE", "/nowhere")
	if _, err := readConfig(); err == nil || !strings.Contains(err.Error(), "DATABASE_PASSWORD_FILE") {
		t.Fatal(err)
	}
}
