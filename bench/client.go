package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"
)

// visitor is a signed-in person with one kept-alive connection.
type visitor struct {
	s    *server
	http *http.Client
}

// signIn signs a sample person in; an empty login stays at the door.
func signIn(ctx context.Context, s *server, login string) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	v := &visitor{s: s, http: &http.Client{
		Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if login == "" {
		return v, nil
	}
	form := url.Values{"login": {login}, "password": {s.password}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/signin", strings.NewReader(form))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := v.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // it was read only
	if res.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("%s is not let in: %s", login, res.Status)
	}
	return v, nil
}

// answer is what came back for one page.
type answer struct {
	id    string // of the request
	body  []byte
	round time.Duration // until the last byte, seen from here
}

// get asks for a page; anything but 200 is an error.
func (v *visitor) get(ctx context.Context, path string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.s.url+path, nil)
	if err != nil {
		return answer{}, err
	}
	began := time.Now()
	res, err := v.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close() //nolint:errcheck // it was read to its end
	body, err := io.ReadAll(res.Body)
	round := time.Since(began)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, res.Status)
	}
	return answer{res.Header.Get("X-Request-Id"), body, round}, err
}

// percentile gives the p-th percentile (0 to 100) of the times, by nearest rank.
func percentile(times []time.Duration, p int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
