package service
import ("testing";"fmt";"time";"yiqun/intents";"yiqun/bot/procedure")
func TestZZ(t *testing.T){
 set,_:=procedure.Shipped()
 r:=intents.NewReader(Lexicon(set))
 now:=time.Date(2026,11,23,9,0,0,0,time.FixedZone("c",8*3600))
 for _,x:=range []string{"会改到下周一晚7点 书记出差","改期下周一晚7点","改期 1 下周一晚7点","开会支委会下周三晚7点 活动室","开会下周三晚7点 支委会","延期1下周一","延期 下周一 等配件","任务下周六8点 桶边值守","任务下个月5号 巡逻","派单王建国下周五前 打印公示","延长下周六18:00","延长1到下周六18:00","定期需求调查下个月1号","代班李红梅到下周五","代班陈志强下周五","会改到下月5号晚7点","推迟会议下周二","改期下下周一晚7点"}{
  in:=r.Read(x,intents.Context{Now:now,BotName:"议群"})
  fmt.Printf("%s => %s %v text=%q when=%+v others=%d\n",x,in.Verb,in.Sure,in.Text,in.When,len(in.Others)) }
}
