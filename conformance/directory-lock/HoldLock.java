import java.io.File;
import org.apache.kafka.server.util.FileLock;

/** Takes the lock as Kafka's LogManager does: prints "held" and keeps it until standard input ends, or prints "refused". */
public class HoldLock {
    public static void main(String[] args) throws Exception {
        FileLock lock = new FileLock(new File(args[0], ".lock"));
        boolean held = lock.tryLock();
        System.out.println(held ? "held" : "refused");
        System.out.flush();
        if (held) {
            System.in.read();
            lock.unlockAndClose();
        }
    }
}
