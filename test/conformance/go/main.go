// The conformance scenarios in Go, with an unmodified client of Apache RocketMQ (rocketmq-client-go/v2).
//
//	go run . --name-server 127.0.0.1:9876 [--only a,b]
//
// Prints {"plan": "a,b,…"} and then one JSON line for each scenario: {scenario, ok, detail, ms}.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2/rlog"
)

type scenario struct {
	name string
	run  func(*context)
}

// The slow ones first: they run at the same time, so the run is as long as its longest.
var scenarios = []scenario{
	{"retry-then-dlq", retryThenDlq},
	{"delay-level", delayLevel},
	{"request-reply", requestReply},
	{"two-consumers", twoConsumers},
	{"orderly", orderly},
	{"tag-filter", tagFilter},
	{"pull", pull},
	{"offsets-survive", offsetsSurvive},
	{"send-sync", sendSync},
	{"send-async", sendAsync},
	{"send-oneway", sendOneway},
	{"send-batch", sendBatch},
	{"send-compressed", sendCompressed},
	{"send-auto-create", sendAutoCreate},
	{"admin-topic", adminTopic},
}

func main() {
	nameServer := flag.String("name-server", "127.0.0.1:9876", "host:port")
	only := flag.String("only", "", "names of scenarios, separated by commas")
	parallel := flag.Int("parallel", 8, "scenarios at the same time")
	flag.Parse()
	rlog.SetLogLevel("fatal")

	selected := scenarios
	if *only != "" {
		selected = nil
		for _, one := range scenarios {
			if strings.Contains(","+*only+",", ","+one.name+",") {
				selected = append(selected, one)
			}
		}
	}
	names := make([]string, 0, len(selected))
	for _, one := range selected {
		names = append(names, one.name)
	}
	say(map[string]any{"plan": strings.Join(names, ",")})

	runID := fmt.Sprintf("%x", time.Now().UnixMilli())
	slots := make(chan struct{}, *parallel)
	var all sync.WaitGroup
	failed := false
	var guard sync.Mutex
	for _, one := range selected {
		all.Add(1)
		slots <- struct{}{}
		go func() {
			defer all.Done()
			defer func() { <-slots }()
			began := time.Now()
			detail := runOne(&context{nameServer: *nameServer, scenario: one.name, runID: runID}, one)
			guard.Lock()
			defer guard.Unlock()
			failed = failed || detail != ""
			say(map[string]any{"scenario": one.name, "ok": detail == "", "detail": detail, "ms": time.Since(began).Milliseconds()})
		}()
	}
	all.Wait()
	if failed {
		os.Exit(1)
	}
}

var out sync.Mutex

func say(fields map[string]any) {
	line, _ := json.Marshal(fields)
	out.Lock()
	defer out.Unlock()
	fmt.Println(string(line))
}

const limit = 150 * time.Second

// Empty when the scenario holds; otherwise the reason why it does not.
func runOne(c *context, one scenario) string {
	result := make(chan string, 1)
	go func() {
		defer func() {
			c.close()
			switch thrown := recover().(type) {
			case nil:
				result <- ""
			case failure:
				result <- string(thrown)
			default:
				result <- fmt.Sprintf("panic: %v\n%s", thrown, debug.Stack())
			}
		}()
		one.run(c)
	}()
	select {
	case detail := <-result:
		return detail
	case <-time.After(limit):
		return fmt.Sprintf("still running after %s", limit)
	}
}
