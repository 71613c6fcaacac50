import sys,time,tempfile,pathlib
sys.path[:0]=[str(pathlib.Path(__file__).parents[1]),str(pathlib.Path(__file__).parent)]
from report_forks import ReportForks
from report_site import *
root=pathlib.Path(tempfile.mkdtemp(dir="/tmp/h/e"))
scratch=pathlib.Path(tempfile.mkdtemp(dir="/tmp/h/e"))
p=quick_project(root/"p")
t=time.time(); f=ReportForks(root/"p",scratch); print("warm",time.time()-t)
s=published_site(p,f)
s.is_old_or_new(0); s.settled()
for n in range(6):
    t=time.time()
    pr=f.start(*s.command((n+1)%2),log=s.log)
    for ph in "queueing kernel cells rendering publishing index".split():
        f.reaches(pr,ph); print(ph,round(time.time()-t,2),end=" ")
    print(f.wait(pr),round(time.time()-t,2), s.log.read_text()[-80:])
t=time.time(); print(f.run(*s.command(n%2+1-1),log=s.log),time.time()-t)
