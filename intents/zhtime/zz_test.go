package zhtime
import ("testing";"time";"fmt";"bufio";"os")
func TestZZ(t *testing.T){
 z:=time.FixedZone("c",8*3600)
 now:=time.Date(2026,11,23,9,0,0,0,z)
 f,_:=os.Open("/tmp/w/words6d/times.txt"); sc:=bufio.NewScanner(f)
 for sc.Scan(){ r,ok:=Find(sc.Text(),now,Options{Prefer:Future}); rr:=""
  if r.Recurrence!=nil { sp,_:=r.Recurrence.Spec(); rr=sp; for _,o:=range r.Recurrence.After(now,3){rr+=" "+o.Format("06-01-02 15:04")}}
  fmt.Println(sc.Text(),"=>",ok,r.Kind,r.Start.Format("2006-01-02 15:04"),r.End.Format("01-02 15:04"),r.Text,r.Doubtful,r.WholeDay, rr) }
}
