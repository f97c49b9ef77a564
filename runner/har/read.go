package har

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cartconform/spec"
)

// loose is an archive as others write them.
type loose struct {
	Log *struct {
		Creator creator           `json:"creator"`
		Entries []json.RawMessage `json:"entries"`
	} `json:"log"`
}

// Read reads a HAR 1.2 archive: ours, or one that a browser or a proxy wrote. The
// exchanges come in the archive's order. An entry without a response has Err.
func Read(r io.Reader) ([]spec.Exchange, error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read har: %w", err)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")) // some tools write one
	var a loose
	if err := json.Unmarshal(content, &a); err != nil {
		return nil, fmt.Errorf("read har: %w", err)
	}
	if a.Log == nil {
		return nil, errors.New(`read har: wanted an object with "log", got none; is it a HAR file?`)
	}
	out := make([]spec.Exchange, 0, len(a.Log.Entries))
	for i, raw := range a.Log.Entries {
		x, err := readEntry(raw, a.Log.Creator.Name != creatorName)
		if err != nil {
			return nil, fmt.Errorf("read har: entry %d: %w", i, err)
		}
		out = append(out, x)
	}
	return out, nil
}

// ReadLines reads JSON lines of entries, as a Writer writes them. Empty lines are
// passed over.
func ReadLines(r io.Reader) ([]spec.Exchange, error) {
	reader := bufio.NewReader(r)
	var out []spec.Exchange
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read exchanges: %w", err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			x, err := readEntry(line, false)
			if err != nil {
				return nil, fmt.Errorf("read exchanges: line %d: %w", number, err)
			}
			out = append(out, x)
		}
		if err != nil {
			return out, nil
		}
	}
}

// looseEntry is an entry as others write them: what we do not need may have any
// form.
type looseEntry struct {
	Started   string          `json:"startedDateTime"`
	Time      *float64        `json:"time"`
	Request   *request        `json:"request"`
	Response  *response       `json:"response"`
	ID        json.RawMessage `json:"_id"`
	Spec      json.RawMessage `json:"_spec"`
	Operation json.RawMessage `json:"_operation"`
	Lane      json.RawMessage `json:"_lane"`
	Attempts  json.RawMessage `json:"_attempts"`
	Error     json.RawMessage `json:"_error"`
}

// optional is the value when it has the type, else the zero value.
func optional[T any](raw json.RawMessage) (v T) {
	if json.Unmarshal(raw, &v) != nil {
		var zero T
		return zero
	}
	return v
}

// readEntry reads one entry. foreign says that another program wrote it.
func readEntry(raw []byte, foreign bool) (spec.Exchange, error) {
	var e looseEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return spec.Exchange{}, err
	}
	if e.Request == nil || e.Request.Method == "" || e.Request.URL == "" {
		return spec.Exchange{}, errors.New("wanted a request with method and url")
	}
	x := spec.Exchange{
		ID: optional[string](e.ID), Spec: optional[string](e.Spec), Operation: optional[string](e.Operation),
		Lane: optional[int](e.Lane), Attempts: optional[int](e.Attempts),
		Request: spec.Request{Method: e.Request.Method, URL: e.Request.URL, Header: header(e.Request.Headers, foreign)},
	}
	if foreign {
		x.Attempts = max(1, x.Attempts)
	} else {
		var p place
		if err := json.Unmarshal(raw, &p); err != nil {
			return spec.Exchange{}, err
		}
		x.Ordinal, x.Again, x.Called, x.Returned, x.Credentials, x.Cut = p.Ordinal, p.Again, p.Called, p.Returned, p.Credentials, p.Cut
	}
	if e.Started != "" {
		started, err := time.Parse(time.RFC3339Nano, e.Started)
		if err != nil {
			return spec.Exchange{}, fmt.Errorf("startedDateTime: wanted a time such as 2025-04-30T12:00:00.000Z, got %q", e.Started)
		}
		x.Started = started
	}
	if e.Time != nil {
		if ns := math.Round(*e.Time * 1e6); ns > 0 && ns < 1<<62 {
			x.Duration = time.Duration(ns)
		}
	}
	var err error
	if x.Request.Body, err = e.Request.PostData.body(); err != nil {
		return spec.Exchange{}, fmt.Errorf("request body: %w", err)
	}
	if text := optional[string](e.Error); text != "" {
		x.Err = errors.New(text)
	}
	if e.Response != nil && e.Response.Status != 0 {
		if x.Response, err = e.Response.read(foreign); err != nil {
			return spec.Exchange{}, fmt.Errorf("response body: %w", err)
		}
	} else if x.Err == nil {
		x.Err = errors.New("the archive has no response")
	}
	return x, nil
}

// body is the request's body; nil for none.
func (p *postData) body() ([]byte, error) {
	switch {
	case p == nil:
		return nil, nil
	case p.Encoding == "base64":
		return decode(p.Text)
	case p.Text == "" && len(p.Params) > 0:
		var form []string
		for _, param := range p.Params {
			form = append(form, url.QueryEscape(param.Name)+"="+url.QueryEscape(param.Value))
		}
		return []byte(strings.Join(form, "&")), nil
	}
	return []byte(p.Text), nil
}

// read is the response with its body as it was on the wire, or as near to it as
// the archive tells: browsers store bodies decoded.
func (r *response) read(foreign bool) (*spec.Response, error) {
	out := &spec.Response{
		Proto: proto(r.HTTPVersion), Status: r.Status, Header: header(r.Headers, foreign),
		Truncated: r.Truncated, Unread: r.Unread,
	}
	if r.Content.Text != nil {
		out.Body = []byte(*r.Content.Text)
		if r.Content.Encoding == "base64" {
			body, err := decode(*r.Content.Text)
			if err != nil {
				return nil, err
			}
			out.Body = body
		}
	}
	if foreign {
		if len(out.Body) == 0 {
			out.Body = nil
		}
		out.Header.Del("Content-Encoding")
		out.Header.Del("Transfer-Encoding")
	}
	return out, nil
}

func decode(text string) ([]byte, error) {
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("wanted base64: %w", err)
	}
	return body, nil
}

// header collects fields, in our own archives under their names as they were; the
// pseudo-fields of HTTP/2 are left out.
func header(fields []pair, foreign bool) http.Header {
	out := make(http.Header)
	for _, f := range fields {
		switch {
		case f.Name == "" || f.Name[0] == ':':
		case foreign:
			out.Add(f.Name, f.Value)
		default:
			out[f.Name] = append(out[f.Name], f.Value)
		}
	}
	return out
}

// proto writes the version as net/http does: browsers say "h2" and "http/2.0".
func proto(version string) string {
	switch strings.ToLower(version) {
	case "h2", "http/2", "http/2.0":
		return "HTTP/2.0"
	case "h3", "http/3", "http/3.0":
		return "HTTP/3.0"
	}
	return strings.ToUpper(version)
}
