package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.PlannedData;
import io.muster.steps.SharedPlaces;
import io.muster.steps.Targets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Data that a server keeps for a service. What is in a volume of the service goes with that. */
@Component
final class ServedData implements PlannedData {

    /** Safe between quotes of a shell. */
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z:._-]+");
    /** Loopback, or a socket: the host itself. */
    private static final Pattern HERE = Pattern.compile("localhost|127[.].*|::1|/.*", Pattern.CASE_INSENSITIVE);

    private final Targets targets;
    private final Streams streams;
    private final DataTypes types;
    private final Kept kept;
    private final BackupSearch search;
    private final Swappable swappable;

    ServedData(Targets targets, Streams streams, DataTypes types, Kept kept, BackupSearch search, Swappable swappable) {
        this.targets = targets;
        this.streams = streams;
        this.types = types;
        this.kept = kept;
        this.search = search;
        this.swappable = swappable;
    }

    @Override
    public List<String> unremovable(StepContext context, String service) {
        List<String> wrong = new ArrayList<>();
        for (DataItem item : items(context, service)) {
            if (types.of(item).identify().isEmpty()) {
                wrong.add("its data '" + item.name() + "' of type " + item.type()
                        + " is in no volume, and Muster cannot remove data of this type: take the scope `container`");
            }
            ServicePlan plan = plan(context, service);
            for (Inventory.Environment environment : targets.environments(context)) {
                boolean own = environment.name().equals(plan.environment().name());
                environment.services().values().stream()
                        .filter(other -> !own || !other.name().equals(service))
                        .filter(other -> shares(plan, item, environment, other))
                        .forEach(other -> wrong.add("its data '" + item.name() + "' is data of service " + other.name()
                                + (own ? "" : " of environment " + environment.name()) + " too, by its backup plan"));
            }
        }
        return wrong;
    }

    @Override
    public List<String> shared(StepContext context, String name) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Service service = targets.service(context, name);
        List<SharedPlaces.Place> places = Stream.concat(
                        service.volumes().stream()
                                .filter(volume -> !volume.readOnly())
                                .map(volume -> SharedPlaces.place(environment, service.container(), volume.source())),
                        service.qualification().backup().stream()
                                .flatMap(backup -> backup.data().stream())
                                .filter(item -> item.directory().isPresent())
                                .flatMap(item -> SharedPlaces.of(environment, service, item)))
                .distinct()
                .toList();
        return SharedPlaces.of(places, name, targets.environments(context)).stream()
                .map(sharing -> sharing.at().path() + " is used by " + sharing.whose() + " too")
                .distinct()
                .toList();
    }

    /** Whether another service has this data too, by its plan. */
    static boolean shares(ServicePlan plan, DataItem item, Inventory.Service other) {
        return shares(plan, item, plan.environment(), other);
    }

    private static boolean shares(
            ServicePlan plan, DataItem item, Inventory.Environment environment, Inventory.Service other) {
        return other.qualification().backup().stream()
                .flatMap(backup -> backup.data().stream())
                .anyMatch(theirs -> theirs.type().equals(item.type())
                        && theirs.database().equals(item.database())
                        && sameDirectory(theirs, item)
                        && sameServer(
                                plan, item, environment, theirs, theirs.host().orElse(other.container())));
    }

    private static boolean sameDirectory(DataItem one, DataItem other) {
        return one.directory()
                .map(Path::of)
                .map(Path::normalize)
                .equals(other.directory().map(Path::of).map(Path::normalize));
    }

    /** However it is written, and wherever its tools run; a port that is not given may be any. */
    private static boolean sameServer(
            ServicePlan plan, DataItem ours, Inventory.Environment environment, DataItem theirs, String theirHost) {
        boolean otherPort = theirs.port().isPresent()
                && ours.port().isPresent()
                && !theirs.port().equals(ours.port());
        // A host's name tells nothing in another environment.
        boolean own = environment.name().equals(plan.environment().name());
        Set<String> names = names(environment, theirs, theirHost, own);
        return !otherPort
                && names(plan.environment(), ours, plan.host(ours), own).stream()
                        .anyMatch(names::contains);
    }

    private static Set<String> names(Inventory.Environment environment, DataItem item, String host, boolean own) {
        Optional<String> remote = item.directory().isPresent()
                ? Optional.empty()
                : item.address().filter(address -> !HERE.matcher(address).matches());
        Set<String> names = new HashSet<>();
        for (Inventory.Host one : environment.hosts().values()) {
            // An address that is learned is empty until it has been.
            Set<String> called = Stream.of(one.name(), one.ssh().address())
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toSet());
            if (called.contains(remote.orElse(host))) {
                called.stream()
                        .filter(name -> own
                                || !name.equals(one.name())
                                || name.equals(one.ssh().address()))
                        .forEach(names::add);
            }
        }
        if (own || (remote.isPresent() && !environment.hosts().containsKey(remote.get()))) {
            names.add(remote.orElse(host));
        }
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    @Override
    public List<String> unswappable(StepContext context, String service) {
        boolean planned =
                targets.service(context, service).qualification().backup().isPresent();
        return planned ? swappable.wrong(context, plan(context, service)) : List.of();
    }

    @Override
    public List<Present> present(StepContext context, String service) {
        List<Present> present = new ArrayList<>();
        for (DataItem item : items(context, service)) {
            ServicePlan plan = plan(context, service);
            id(context, plan, item).ifPresent(id -> present.add(new Present(item.name(), label(plan, item), id)));
        }
        return present;
    }

    private Optional<String> id(StepContext context, ServicePlan plan, DataItem item) {
        String script = types.of(item).identify().orElseThrow(() -> unknown(item));
        String id = streams.run(
                context, plan, item, Streams.tag(context), script, "Looking at data item '" + item.name() + "'");
        if (!id.isEmpty() && !ID.matcher(id).matches()) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    "Data item '" + item.name() + "' on " + plan.host(item) + " told '" + id
                            + "' instead of what is there. Look at its tools there, then retry.");
        }
        return Optional.of(id).filter(found -> !found.isEmpty());
    }

    @Override
    public void remove(StepContext context, String service, String name, String id) {
        if (!ID.matcher(id).matches()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT, "'" + id + "' is no id of data; give what `wipePlan` gave.");
        }
        ServicePlan plan = plan(context, service);
        DataItem item = plan.item(name);
        DataType type = types.of(item);
        Optional<String> now = id(context, plan, item);
        if (now.isPresent() && !now.get().equals(id)) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    label(plan, item) + " is not the one whose wipe was approved (" + id + "): it is " + now.get()
                            + " now. Somebody has put something new in its place, and it was left alone. Find out who; then"
                            + " cancel this run and start anew, or remove it yourself and retry.");
        }
        String script = "ID='" + id + "'\n" + type.remove().orElseThrow(() -> unknown(item));
        streams.run(context, plan, item, Streams.tag(context), script, "Removing data item '" + name + "'");
    }

    private static StepFailure unknown(DataItem item) {
        return new StepFailure.Rejected(
                Reason.CONFLICT,
                "Muster cannot remove data of type " + item.type() + " ('" + item.name()
                        + "'). Take the scope `container`.");
    }

    @Override
    public int files(StepContext context, String service, String backup) {
        return kept.open(context, plan(context, service), backup).files().size();
    }

    @Override
    public Set<String> found(StepContext context, String service, String path, Collection<String> words) {
        return search.found(context, plan(context, service), path, List.copyOf(words));
    }

    private static String label(ServicePlan plan, DataItem item) {
        String what = item.database().or(item::directory).orElse("");
        String where = item.address().map(address -> " at " + address).orElse("")
                + item.port().map(port -> ":" + port).orElse("");
        return item.name() + " (" + item.type() + (what.isEmpty() ? "" : " " + what) + where + " on " + plan.host(item)
                + ")";
    }

    /** Those that no volume takes with it. */
    private List<DataItem> items(StepContext context, String name) {
        Inventory.Service service = targets.service(context, name);
        return service.qualification().backup().stream()
                .flatMap(backup -> backup.data().stream())
                .filter(item -> !item.type().equals(DataItem.VZDUMP))
                .filter(item -> item.paths().isEmpty())
                .filter(item -> !inVolume(service, item))
                .toList();
    }

    private static boolean inVolume(Inventory.Service service, DataItem item) {
        return item.host().map(service.container()::equals).orElse(true)
                && item.directory()
                        .map(Path::of)
                        .filter(directory -> service.volumes().stream()
                                .filter(volume -> !volume.readOnly())
                                .anyMatch(volume -> directory.startsWith(Path.of(volume.source()))))
                        .isPresent();
    }

    private ServicePlan plan(StepContext context, String service) {
        return ServicePlan.of(targets, context, service);
    }
}
