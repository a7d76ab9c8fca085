package main

import (
	"cmp"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Instance is one running copy of a service. It is a value: whoever gets one from the registry may
// change it, and the registry doesn't notice.
type Instance struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Host     string    `json:"host"`
	Port     int       `json:"port"`
	Health   bool      `json:"health"`
	LastSeen time.Time `json:"last_seen"`
}

// What a name and a host may be: DNS labels, since other services put them into addresses.
var (
	namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)
)

// Validate says in words for a person what is wrong with what a client sent.
func (i Instance) Validate() error {
	switch {
	case !namePattern.MatchString(i.Name):
		return fmt.Errorf("name must be small letters, digits and inner dashes, 63 at most")
	case !hostPattern.MatchString(i.Host) && net.ParseIP(i.Host) == nil:
		return fmt.Errorf("host must be a host name or an IP address")
	case i.Port < 1 || i.Port > 65535:
		return fmt.Errorf("port must be from 1 to 65535, and is %d", i.Port)
	}
	return nil
}

// Registry knows which instances of which service were seen when. Safe for concurrent use.
//
// Health is computed on reading, from the time of the last sign of life: it is stored nowhere, so no
// reader has to write, and nothing is stale. (To set a field under a read lock is a data race.)
type Registry struct {
	ttl    time.Duration // unhealthy when not seen for longer
	forget time.Duration // removed when not seen for longer

	mutex    sync.RWMutex
	services map[string]map[string]Instance // name → ID → instance
}

// NewRegistry returns an empty registry.
func NewRegistry(ttl, forget time.Duration) *Registry {
	return &Registry{ttl: ttl, forget: forget, services: make(map[string]map[string]Instance)}
}

// Register adds an instance, or takes this for a sign of life of one that it has. An address is an
// identity: an instance that registers again, after a restart, say, is no second one.
func (r *Registry) Register(instance Instance) (registered Instance, added bool) {
	instance.ID = net.JoinHostPort(instance.Host, strconv.Itoa(instance.Port))
	instance.LastSeen = time.Now()

	r.mutex.Lock()
	defer r.mutex.Unlock()
	instances := r.services[instance.Name]
	if instances == nil {
		instances = make(map[string]Instance)
		r.services[instance.Name] = instances
	}
	_, known := instances[instance.ID]
	instances[instance.ID] = instance
	return r.seen(instance), !known
}

// Heartbeat is a sign of life. It is false for an instance that nobody registered, or that has been
// forgotten: that one has to register again.
func (r *Registry) Heartbeat(name, id string) (Instance, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	instance, known := r.services[name][id]
	if !known {
		return Instance{}, false
	}
	instance.LastSeen = time.Now()
	r.services[name][id] = instance
	return r.seen(instance), true
}

// Deregister removes one instance, or with an empty id all of a name. It returns how many went.
func (r *Registry) Deregister(name, id string) int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.remove(name, func(one Instance) bool { return id == "" || one.ID == id })
}

// Healthy returns the instances of a name that one may call, in a stable order.
func (r *Registry) Healthy(name string) []Instance {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	found := make([]Instance, 0, len(r.services[name]))
	for _, instance := range r.services[name] {
		if instance = r.seen(instance); instance.Health {
			found = append(found, instance)
		}
	}
	slices.SortFunc(found, byID)
	return found
}

// All returns every instance, the unhealthy too: for a person who looks for what went away.
func (r *Registry) All() []Instance {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	found := make([]Instance, 0, len(r.services))
	for _, instances := range r.services {
		for _, instance := range instances {
			found = append(found, r.seen(instance))
		}
	}
	slices.SortFunc(found, func(a, b Instance) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), byID(a, b))
	})
	return found
}

// Count returns how many instances are healthy, and how many aren't.
func (r *Registry) Count() (healthy, unhealthy int) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	for _, instances := range r.services {
		for _, instance := range instances {
			if r.seen(instance).Health {
				healthy++
			} else {
				unhealthy++
			}
		}
	}
	return healthy, unhealthy
}

// Sweep removes what has not been seen for so long that nobody will miss it, else names that come and
// go would fill the memory. It returns how many went.
func (r *Registry) Sweep() (removed int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for name := range r.services {
		removed += r.remove(name, func(one Instance) bool { return time.Since(one.LastSeen) > r.forget })
	}
	return removed
}

// seen is the instance as of now.
func (r *Registry) seen(instance Instance) Instance {
	instance.Health = time.Since(instance.LastSeen) <= r.ttl
	return instance
}

// remove drops instances of a name, and the name with its last one. The caller holds the lock.
func (r *Registry) remove(name string, which func(Instance) bool) (removed int) {
	for id, instance := range r.services[name] {
		if which(instance) {
			delete(r.services[name], id)
			removed++
		}
	}
	if len(r.services[name]) == 0 {
		delete(r.services, name)
	}
	return removed
}

func byID(a, b Instance) int { return cmp.Compare(a.ID, b.ID) }
