package main

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"regexp"
	"strconv"
	"time"
)

// The client has no call for the cluster or for offsets, so the harness asks by hand: length, header length, JSON header.

type answer struct {
	Code      int               `json:"code"`
	Remark    string            `json:"remark"`
	ExtFields map[string]string `json:"extFields"`
	body      []byte
}

func call(address string, code int, fields map[string]string) answer {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	must(err, "connect to "+address)
	defer connection.Close()
	must(connection.SetDeadline(time.Now().Add(15*time.Second)), "deadline")
	header, _ := json.Marshal(map[string]any{"code": code, "language": "GO", "version": 317, "opaque": 1, "flag": 0, "extFields": fields})
	frame := binary.BigEndian.AppendUint32(nil, uint32(4+len(header)))
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(header)))
	_, err = connection.Write(append(frame, header...))
	must(err, "write to "+address)
	size := make([]byte, 4)
	_, err = io.ReadFull(connection, size)
	must(err, "answer to request "+strconv.Itoa(code))
	rest := make([]byte, binary.BigEndian.Uint32(size))
	_, err = io.ReadFull(connection, rest)
	must(err, "answer to request "+strconv.Itoa(code))
	headerLength := binary.BigEndian.Uint32(rest) & 0xffffff
	var parsed answer
	must(json.Unmarshal(rest[4:4+headerLength], &parsed), "answer's header")
	parsed.body = rest[4+headerLength:]
	return parsed
}

const (
	getMaxOffset         = 30
	getRouteInfoByTopic  = 105
	getBrokerClusterInfo = 106
	queryConsumerOffset  = 14
)

var hostAndPort = regexp.MustCompile(`"?0"?:"([^"]+:\d+)"`)

func brokerAddress(nameServer string) string {
	found := hostAndPort.FindSubmatch(call(nameServer, getBrokerClusterInfo, nil).body)
	that(found != nil, "the name server knows no broker")
	return string(found[1])
}

func routeCode(nameServer, topic string) int {
	return call(nameServer, getRouteInfoByTopic, map[string]string{"topic": topic}).Code
}

func maxOffset(nameServer, topic string, queue int) int64 {
	result := call(brokerAddress(nameServer), getMaxOffset, map[string]string{"topic": topic, "queueId": strconv.Itoa(queue), "committed": "true"})
	equal(0, result.Code, "code of the maximum offset of "+topic)
	offset, _ := strconv.ParseInt(result.ExtFields["offset"], 10, 64)
	return offset
}

func stored(nameServer, topic string, queues int) int64 {
	sum := int64(0)
	for queue := 0; queue < queues; queue++ {
		sum += maxOffset(nameServer, topic, queue)
	}
	return sum
}

// committed is -1 where the group has no offset yet.
func committed(nameServer, group, topic string, queue int) int64 {
	result := call(brokerAddress(nameServer), queryConsumerOffset,
		map[string]string{"consumerGroup": group, "topic": topic, "queueId": strconv.Itoa(queue)})
	if result.Code != 0 {
		return -1
	}
	offset, _ := strconv.ParseInt(result.ExtFields["offset"], 10, 64)
	return offset
}

var brokerNameField = regexp.MustCompile(`"brokerName":"([^"]+)"`)

func brokerName(nameServer string) string {
	found := brokerNameField.FindSubmatch(call(nameServer, getBrokerClusterInfo, nil).body)
	that(found != nil, "the name server knows no broker")
	return string(found[1])
}
