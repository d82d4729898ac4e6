package dev.glimpse.scheduler;

/** What the scheduler was last told that it may reckon with; at first all devices, and nobody else. */
final class Means {
    private Allotment allotment;

    Means(SchedulerSettings settings) {
        allotment = Allotment.alone(settings.devices());
    }

    void are(Allotment now) {
        allotment = now;
    }

    /** Devices that work. */
    int devices() {
        return allotment.devices();
    }

    /** Its share of their time. */
    double share() {
        return allotment.share();
    }

    /** As many devices as its share comes to. */
    double ownDevices() {
        return allotment.devices() * allotment.share();
    }

    /** Evaluations that wait in other schedulers. */
    long nfeElsewhere() {
        return allotment.nfeElsewhere();
    }
}
