package dingtalk

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// problem names one thing that an operator must mend.
type problem string

const (
	badCredentials problem = "credentials"
	unlistedIP     problem = "ip"
	quotaUsedUp    problem = "quota"
	badTemplate    problem = "template"
	unpublished    problem = "unpublished"
)

// missingScope is the lack of the permission that one call needs.
func missingScope(path string) problem { return problem("scope " + path) }

// problems are those known now, each with its sentence. A problem leaves when
// the same thing works again.
type problems struct {
	mu    sync.Mutex
	known map[problem]string
}

func (p *problems) set(what problem, sentence string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[problem]string{}
	}
	p.known[what] = sentence
}

func (p *problems) clear(what ...problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range what {
		delete(p.known, w)
	}
}

// String is one Chinese sentence, empty if nothing is wrong.
func (p *problems) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	sentences := make([]string, 0, len(p.known))
	for _, what := range slices.Sorted(maps.Keys(p.known)) {
		sentences = append(sentences, p.known[what])
	}
	return strings.Join(sentences, "；")
}

// scopeSentence says which permissions the application lacks and where to ask
// for them.
func scopeSentence(clientID string, scopes []string) string {
	if len(scopes) == 0 {
		return "钉钉应用缺少接口权限，请在开放平台的“权限管理”里申请"
	}
	return "钉钉应用缺少权限 " + strings.Join(scopes, "、") + "，请申请：" + ScopeLink(clientID, scopes[0])
}

// pause remembers that something is of no use until some time.
type pause struct {
	mu    sync.Mutex
	until time.Time
}

func (p *pause) set(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = until
}

func (p *pause) on(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.until)
}
