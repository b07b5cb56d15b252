package dingtalk

import (
	"encoding/json"
	"strconv"
)

// The topics a bot subscribes to.
const (
	topicMessage = "/v1.0/im/bot/messages/get"
	topicCard    = "/v1.0/card/instances/callback"
)

// frame is what the server sends; data is JSON inside a string.
type frame struct {
	SpecVersion string            `json:"specVersion"`
	Type        string            `json:"type"`
	Headers     map[string]string `json:"headers"`
	Data        string            `json:"data"`
}

// ack is what the client answers.
type ack struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Message string            `json:"message"`
	Data    string            `json:"data"`
}

func (s *Server) frame(kind, topic, messageID, data string) frame {
	return frame{
		SpecVersion: "1.0", Type: kind, Data: data,
		Headers: map[string]string{
			"topic": topic, "messageId": messageID, "contentType": "application/json",
			"time":  strconv.FormatInt(s.now().UnixMilli(), 10),
			"appId": "simulated-app", "connectionId": "simulated-connection",
		},
	}
}

func (s *Server) systemFrame(topic string, data any) frame {
	s.mu.Lock()
	id := s.newID()
	s.mu.Unlock()
	return s.frame("SYSTEM", topic, id, encode(data))
}

// encode renders what cannot fail to render: our own wire types.
func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("simulated DingTalk: " + err.Error())
	}
	return string(data)
}
