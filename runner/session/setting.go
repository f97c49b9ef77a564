package session

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
	"cartconform/fixtures/service"
	"cartconform/runner/description"
	"cartconform/runner/repertoire"
	"cartconform/runner/waiver"
	"cartconform/suites/record"
)

// setting is the target of a run and the suites that judge it.
type setting struct {
	description *description.Description
	suites      repertoire.List
	leftOut     map[string]string // why APIs that are described are not judged, by their sections
	waivers     waiver.File
	began       time.Time // the moment by which waivers expire
	embedded    bool
	replayed    bool // a recording is judged, and nobody is asked
	close       func()
}

// repertoire gives the suites that there are.
func (c Config) repertoire() (repertoire.List, error) {
	if c.suites != nil {
		return c.suites, nil
	}
	return repertoire.All()
}

// prepare reads the description; without a target it starts the reference.
func prepare(config Config) (*setting, error) {
	all, err := config.repertoire()
	if err != nil {
		return nil, err
	}
	if _, err := all.Only(config.Suites); err != nil {
		return nil, fmt.Errorf("--suite: %w", err)
	}
	s := &setting{began: time.Now(), close: func() {}}
	name, text, lookUp := config.DescriptionPath, []byte(nil), os.LookupEnv
	switch {
	case name != "":
		if text, err = os.ReadFile(name); err != nil {
			return nil, fmt.Errorf("read the target description: %w", err)
		}
	default: // with --target alone: a served reference, or something with the same data
		name, text, lookUp, s.embedded = "reference-target.yaml", fixtures.ReferenceTarget(), ReferenceKeys, config.TargetURL == ""
	}
	if s.description, err = description.Parse(name, text, lookUp); err != nil {
		return nil, err
	}
	if config.DescriptionPath == "" && !s.embedded { // it says nothing of another API
		s.description = s.description.WithoutRemoteCart()
	}
	if s.suites, err = all.Described(s.description, config.Suites); err != nil {
		return nil, err
	}
	if len(config.Suites) == 0 {
		s.suites = s.suites.Asked(config.Requirements)
	}
	if config.WaiversPath != "" {
		if s.waivers, err = waiver.Load(config.WaiversPath, all.Catalogues()...); err != nil {
			return nil, err
		}
		s.waivers.Waivers = slices.DeleteFunc(s.waivers.Waivers, func(w waiver.Waiver) bool { // of what is not judged
			_, judged := s.suites.Judging(w.ID)
			return !judged
		})
	}
	if _, judged := s.suites.Find("remote-cart"); s.embedded && !judged {
		s.description = s.description.WithoutRemoteCart()
	}
	s.leftOut = all.LeftOut(s.description, s.suites)
	return s, s.locateTarget(config)
}

// locateTarget has the description say where the target is, when that is not what
// its file says.
func (s *setting) locateTarget(config Config) error {
	var err error
	switch {
	case s.embedded && config.served == "":
		handler, err := startReference()
		if err != nil {
			return fmt.Errorf("start the reference: %w", err)
		}
		server := httptest.NewServer(handler)
		s.close, config.served = server.Close, server.URL
		fallthrough
	case s.embedded:
		if s.description, err = s.description.WithTarget(config.served); err == nil && s.description.RemoteCart != nil {
			s.description, err = s.description.WithRemoteCart(config.served)
		}
	case config.TargetURL != "":
		s.description, err = s.description.WithTarget(config.TargetURL)
	}
	if err != nil {
		s.close()
		return fmt.Errorf("--target: %w", err)
	}
	return nil
}

// startReference makes the references of both APIs, on one address.
func startReference() (http.Handler, error) {
	business, err := reference.New(reference.Options{})
	if err != nil {
		return nil, err
	}
	remote, err := remotecart.New(remotecart.Options{})
	if err != nil {
		return nil, err
	}
	return &service.Service{BusinessCart: business, RemoteCart: remote}, nil
}

// ReferenceKeys looks environment variables up for a reference that this program
// serves: it has the keys that it takes, whatever the environment says.
func ReferenceKeys(name string) (string, bool) {
	switch name {
	case "PAAPI_ACCESS_KEY":
		return remotecart.AccessKey, true
	case "PAAPI_SECRET_KEY":
		return remotecart.SecretKey, true
	}
	return os.LookupEnv(name)
}

// places gives the base URLs of the APIs that are judged.
func (s *setting) places() []string {
	var places []string
	for _, suite := range s.suites {
		if at := suite.Service(s.description).BaseURL(""); !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	return places
}

func (s *setting) describeTarget() string {
	at := strings.Join(s.places(), " and ")
	if s.embedded {
		return "the embedded reference at " + at
	}
	return at
}

// lanes is how many lanes there are: as many processes can work at the same time.
func (s *setting) lanes(procs int) int {
	lanes := procs
	for _, suite := range s.suites {
		lanes = min(lanes, len(suite.Lanes(&s.description.Target, procs)))
	}
	return lanes
}

// locate names a key of the description with its file and line.
func (s *setting) locate(key string) string { return s.description.Where(key) + " " + key }

// process is the name of a process in the ids of its exchanges: those of shards
// can so be told apart where they come together.
func (c Config) process(name string) string {
	if c.Shard.Of > 0 {
		return fmt.Sprintf("s%d%s", c.Shard.Number, name)
	}
	return name
}

// mark is that of the run in stage.Play: the moment it began, short.
func (s *setting) mark() string { return strconv.FormatInt(s.began.UnixMilli(), 36) }

// silent drops records: those of a rehearsal.
type silent struct{}

func (silent) Spec(record.Spec)               {}
func (silent) Finding(record.Finding)         {}
func (silent) Observation(record.Observation) {}
func (silent) Drift(record.Drift)             {}
