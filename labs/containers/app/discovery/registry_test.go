package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func web(port int) Instance { return Instance{Name: "web", Host: "10.0.0.1", Port: port} }

func ids(instances []Instance) string {
	found := make([]string, 0, len(instances))
	for _, one := range instances {
		found = append(found, one.ID)
	}
	return strings.Join(found, " ")
}

func TestAFreshInstanceIsHealthyWhateverItSays(t *testing.T) {
	registry := NewRegistry(expiry, 10*expiry)
	registered, added := registry.Register(Instance{Name: "web", Host: "10.0.0.1", Port: 80, Health: false})
	if !added || !registered.Health {
		t.Fatalf("added %v, health %v", added, registered.Health)
	}
}

func TestTwoInstancesOfANameAreTwo(t *testing.T) {
	registry := NewRegistry(expiry, 10*expiry)
	registry.Register(web(1))
	registry.Register(web(2))
	if found := ids(registry.Healthy("web")); found != "10.0.0.1:1 10.0.0.1:2" {
		t.Fatal(found)
	}
}

func TestTheSameAddressAgainIsNoSecondInstance(t *testing.T) {
	registry := NewRegistry(expiry, 10*expiry)
	registry.Register(web(1))
	if _, added := registry.Register(web(1)); added || len(registry.All()) != 1 {
		t.Fatal("counted twice")
	}
}

// In a synctest bubble time stands still until every goroutine waits: 31 seconds take none.
func TestWhoIsSilentForThirtySecondsIsNotReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := NewRegistry(expiry, 10*expiry)
		registry.Register(web(1))
		registry.Register(web(2))
		time.Sleep(20 * time.Second)
		registry.Heartbeat("web", "10.0.0.1:2")
		time.Sleep(11 * time.Second)
		if found := ids(registry.Healthy("web")); found != "10.0.0.1:2" {
			t.Fatal(found)
		}
		if all := registry.All(); len(all) != 2 || all[0].Health || !all[1].Health {
			t.Fatalf("the list shows who went away: %v", all)
		}
	})
}

func TestALateHeartbeatBringsAnInstanceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := NewRegistry(expiry, 10*expiry)
		registry.Register(web(1))
		time.Sleep(expiry + time.Second)
		if _, known := registry.Heartbeat("web", "10.0.0.1:1"); !known || len(registry.Healthy("web")) != 1 {
			t.Fatal("still away")
		}
	})
}

func TestWhatIsGoneForLongIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := NewRegistry(expiry, 10*expiry)
		registry.Register(web(1))
		time.Sleep(10 * expiry)
		registry.Register(web(2))
		time.Sleep(time.Second)
		if removed := registry.Sweep(); removed != 1 || ids(registry.All()) != "10.0.0.1:2" {
			t.Fatalf("removed %d, left %v", removed, registry.All())
		}
		if _, known := registry.Heartbeat("web", "10.0.0.1:1"); known {
			t.Fatal("a forgotten instance must register again")
		}
	})
}

func TestDeregisterTakesOneOrAll(t *testing.T) {
	registry := NewRegistry(expiry, 10*expiry)
	for port := range 3 {
		registry.Register(web(port + 1))
	}
	if removed := registry.Deregister("web", "10.0.0.1:2"); removed != 1 {
		t.Fatal(removed)
	}
	if removed := registry.Deregister("web", ""); removed != 2 || len(registry.services) != 0 {
		t.Fatal(removed)
	}
	if removed := registry.Deregister("web", ""); removed != 0 {
		t.Fatal(removed)
	}
}

func TestWhoGetsAnInstanceMayChangeIt(t *testing.T) {
	registry := NewRegistry(expiry, 10*expiry)
	registry.Register(web(1))
	registry.Healthy("web")[0].Host = "elsewhere"
	if found := registry.Healthy("web")[0].Host; found != "10.0.0.1" {
		t.Fatal(found)
	}
}

// With -race this fails where anything is written under a read lock.
func TestManyAtOnce(t *testing.T) {
	registry := NewRegistry(time.Nanosecond, time.Nanosecond)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 200 {
				one, _ := registry.Register(Instance{Name: fmt.Sprint("s", i%5), Host: "h", Port: worker + 1})
				registry.Healthy(one.Name)
				registry.Heartbeat(one.Name, one.ID)
				registry.All()
				registry.Count()
				registry.Sweep()
				registry.Deregister(one.Name, one.ID)
			}
		})
	}
	group.Wait()
}

func TestValidation(t *testing.T) {
	long := strings.Repeat("a", 64)
	for name, instance := range map[string]Instance{
		"no name":         {Host: "h", Port: 1},
		"capital letters": {Name: "Web", Host: "h", Port: 1},
		"a slash":         {Name: "a/b", Host: "h", Port: 1},
		"a long name":     {Name: long, Host: "h", Port: 1},
		"no host":         {Name: "web", Port: 1},
		"a URL":           {Name: "web", Host: "http://h", Port: 1},
		"a space":         {Name: "web", Host: "h h", Port: 1},
		"port 0":          {Name: "web", Host: "h"},
		"port 70000":      {Name: "web", Host: "h", Port: 70000},
		"port -1":         {Name: "web", Host: "h", Port: -1},
	} {
		if instance.Validate() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	for _, host := range []string{"web", "10.0.0.1", "2001:db8::1", "::1", "a.example", "web_1"} {
		if err := (Instance{Name: "web", Host: host, Port: 65535}).Validate(); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}
