import type { Catalogue } from '../../../../common/said';

export const worker: Catalogue = {
  // session/evaluate
  '{0}: interference is no longer measured: the second moments of {1} tasks would take {2} MB, {3} are granted.':
    '{0}：不再测量干扰：{1}个任务的二阶矩需要{2} MB，而允许{3} MB。',

  // session/experiment
  'each method may be chosen once': '每种方法只能选择一次',
  'This experiment was written by a newer version (schema {0}; this one reads up to {1}). Open it on an up-to-date site.':
    '此实验由更新的版本写成（格式{0}；本版本最多读取{1}）。请在最新的站点打开。',
  'Field "{0}": {1}': '字段“{0}”：{1}',
  'Field "methods.{0}.id": this version has no method "{1}". It has {2}. Open it on an up-to-date site.':
    '字段“methods.{0}.id”：本版本没有方法“{1}”。它有{2}。请在最新的站点打开。',

  // session/link
  'The link is broken at "{0}".': '链接在“{0}”处损坏。',
  'The link skips an entry before "{0}".': '链接在“{0}”之前跳过了一个条目。',
  'The link is broken at "{0}". Ask for it again; it may have been cut off.': '链接在“{0}”处损坏。请再要一次；它可能被截断了。',
  'This link was made by a newer version ({0}). Open it on an up-to-date site; your settings are unchanged.':
    '此链接由更新的版本生成（{0}）。请在最新的站点打开；您的设置没有改变。',
  'The link has no usable version ("v={0}").': '链接没有可用的版本（“v={0}”）。',
  'The link is broken. {0}': '链接已损坏。{0}',

  // session/migrations
  'This run record was written by a newer version (schema {0}; this one reads up to {1}). Open it on an up-to-date site.':
    '此运行记录由更新的版本写成（格式{0}；本版本最多读取{1}）。请在最新的站点打开。',
  'This file is not a run record of InfLoRA Playground (kind "inflora-run" is missing).':
    '此文件不是InfLoRA Playground的运行记录（缺少kind“inflora-run”）。',
  'The run record has no usable schema version.': '此运行记录没有可用的格式版本。',
  'methods "{0}", task {1}': 'methods“{0}”，任务{1}',
  'The run record is damaged: {0} is not in the stream.': '运行记录已损坏：{0}不在任务流中。',
  'The run record is damaged: {0}, read by "{1}", has {2} accuracies, expected {3}.':
    '运行记录已损坏：{0}，以“{1}”读出，有{2}个准确率，应为{3}个。',
  'The run record is damaged: field "{0}": {1}': '运行记录已损坏：字段“{0}”：{1}',
  'This file is not JSON, so it is not a run record.': '此文件不是JSON，因此不是运行记录。',

  // session/round
  'The weights became NaN. Results so far are kept. Try a lower learning rate.':
    '权重变成了NaN。到此为止的结果都保留着。请尝试更低的学习率。',

  // session/run
  'This stream has no further task. Raise the number of tasks first.': '此任务流没有更多任务。请先提高任务数。',
  'Task {0} ("{1}") would change. Tasks can only be added after those already learned.':
    '任务{0}（“{1}”）会改变。只能在已学完的任务之后添加任务。',

  // session/split-file
  'The file is not JSON. Choose a split saved by this page.': '此文件不是JSON。请选择由本页保存的划分。',
  'The split was saved by a newer version. Open it on an up-to-date site.': '此划分由更新的版本保存。请在最新的站点打开。',
  'The file is no split saved by this page ("kind": "inflora-split").': '此文件不是由本页保存的划分（“"kind": "inflora-split"”）。',
  'The split cannot be used. {0}': '此划分无法使用。{0}',

  // session/state-file
  'The results that it had found are kept.': '它得到的结果都保留着。',
  'The saved state of this run is damaged, so it cannot go on. {0}': '这次运行保存的状态已损坏，因此无法继续。{0}',
  'a newer': '更新',
  'an older': '更早',
  'This run was saved by {0} version of this site, so it cannot go on here. {1}': '这次运行由本站{0}的版本保存，因此无法在这里继续。{1}',

  // worker/bench-calls
  'No stream is loaded.': '没有加载任务流。',

  // worker/client
  'The compute worker stopped ({0}). Reload the page to go on.': '计算线程停止了（{0}）。请重新加载页面以继续。',
  'it could not be loaded': '它无法加载',

  // worker/download-many
  'The download of {0} broke off after {1} bytes ({2}). Try again.': '{0}的下载在{1}字节后中断（{2}）。请重试。',
  '{0} of {1}': '{1}中的{0}',
  'The download of {0} ended after {1} of {2} bytes. Try again.': '{0}的下载在{2}字节中的{1}字节后结束。请重试。',
  'The files take more than {0} GB. Download some of them and drop them.': '这些文件超过{0} GB。请下载其中一些并拖入。',

  // worker/download
  'Check the address and the connection, then try again.{0}': '请检查网址和连接，然后重试。{0}',
  'The page talks to its own site and to Hugging Face alone, so that nothing leaves the tab: download the file and drop it here.':
    '本页只与本站和Hugging Face通信，以免有任何内容离开此标签页：请下载文件并拖到这里。',
  '{0} could not be reached ({1}). {2}': '无法连接{0}（{1}）。{2}',
  '{0} answered {1}. Check the address, then try again.': '{0}的应答为{1}。请检查网址，然后重试。',
  '{0} is not JSON. The site may be incomplete; build it again.': '{0}不是JSON。站点可能不完整；请重新构建。',
  '{0} is not the file that was expected (SHA-256 {1}…, expected {2}…). Reload, or choose the matching file.':
    '{0}不是所期望的文件（SHA-256为{1}…，应为{2}…）。请重新加载，或选择匹配的文件。',

  // worker/hub-dataset
  'Hugging Face answered for "{0}" in a way that is not understood. Try again later, or download its Parquet files and drop them.':
    'Hugging Face对“{0}”的应答无法理解。请稍后重试，或下载它的Parquet文件并拖入。',
  'The data set "{0}" has no configuration "{1}". It has: {2}.': '数据集“{0}”没有配置“{1}”。它有：{2}。',
  'The data set "{0}" has no train, test or validation split. It has: {1}.': '数据集“{0}”没有训练、测试或验证划分。它有：{1}。',
  'The data set "{0}" takes {1}; at most {2} are fetched. Download some of its files and drop them.':
    '数据集“{0}”需要{1}；最多获取{2}。请下载它的一些文件并拖入。',

  // worker/open-run
  backbone: '骨干网络',
  images: '图像',
  'The {0} of this run ("{1}") are not those that are loaded now, so it cannot go on. Its results are kept.':
    '这次运行（“{1}”）的{0}不是现在加载的，因此无法继续。它的结果都保留着。',
  'Goes on on {0}; it began on {1}. From here on numbers may be rounded otherwise.':
    '在{0}上继续；它在{1}上开始。从这里起数值的舍入可能不同。',
  "This version has none of the saved run's methods. Open it on an up-to-date site.":
    '本版本没有所保存运行的任何方法。请在最新的站点打开。',
  'No run is open.': '没有打开的运行。',
  'Tasks can be appended once the run has finished.': '运行结束后才能追加任务。',
  'There is no trained model: run an experiment first.': '没有训练好的模型：请先运行一个实验。',

  // worker/own-images
  ' ({0})': '（{0}）',
  'folder "{0}"{1}': '文件夹“{0}”{1}',
  'file "{0}"{1}': '文件“{0}”{1}',
  'Its digest differs.': '它的摘要不同。',
  '{0} of {1} files are missing.': '{1}个文件中缺少{0}个。',
  'It has {0} files instead of {1}.': '它有{0}个文件，而不是{1}个。',
  ', of {0} instead of {1}': '，共{0}而不是{1}',
  'It has as many files{0}, but at least one of them differs or has another path.': '文件数相同{0}，但至少有一个不同，或路径不同。',
  'These are not the images that the experiment was made with: it needs the {0}. {1} Drop the matching folder, or any archive of it.':
    '这些不是实验所用的图像：它需要{0}。{1}请拖入匹配的文件夹，或它的任一种压缩包。',

  // worker/predict
  'This backbone has no classifier of its own ("head.weight"), so it cannot name anything by itself.':
    '此骨干网络没有自己的分类器（“head.weight”），因此不能自行命名任何东西。',

  // worker/sources
  '"{0}" is not an address. It should look like https://example.org/model.safetensors.':
    '“{0}”不是网址。它应形如https://example.org/model.safetensors。',
  'Models of the hub cannot be fetched here. Download the files and drop them.': '这里不能获取Hub上的模型。请下载文件并拖入。',
  'The site has no backbone "{0}". It has: {1}.': '本站没有骨干网络“{0}”。它有：{1}。',
  'The site has no stream "{0}". It has: {1}.': '本站没有任务流“{0}”。它有：{1}。',
  'The experiment needs the {0}. Drop it here to go on; everything else is kept.': '实验需要{0}。请拖到这里以继续；其他都保留着。',
  '"{0}" is not the file that the experiment was made with (its SHA-256 differs). Drop the matching file.':
    '“{0}”不是实验所用的文件（它的SHA-256不同）。请拖入匹配的文件。',
  '"{0}" holds no weights file (such as model.safetensors).': '“{0}”不含权重文件（例如model.safetensors）。',
  'There is no file "{0}".': '没有文件“{0}”。',
  '"{0}" holds no weights.': '“{0}”不含权重。',
  'The backbone "{0}"': '骨干网络“{0}”',
  'Beside "{0}" there is no adapter_config.json. Drop both together.': '“{0}”旁边没有adapter_config.json。请把两者一起拖入。',
  'The stream "{0}"': '任务流“{0}”',

  // worker/take-away
  'What "{0}" had learned after task {1} is not in memory. Run the experiment again, or choose the last task.':
    '“{0}”在任务{1}之后学到的内容不在内存中。请重新运行实验，或选择最后一个任务。',
  'The model lacks the tensor "{0}".': '模型缺少张量“{0}”。',
  '"{0}" cannot leave as one model: {1}, which no layout of timm, Hugging Face or PEFT holds. Take the record, or the model of another method.':
    '“{0}”不能作为一个模型导出：{1}，timm、Hugging Face和PEFT的布局都容纳不了。请导出记录，或另一种方法的模型。',
  'Read by "{0}" this model has no linear head to take away. Choose one of: {1}.':
    '以“{0}”读出时，此模型没有可导出的线性分类头。请选择其中之一：{1}。',
  'none yet': '还没有',

  // worker/timing
  'This engine cannot tell where its time goes. Choose WebAssembly or WebGPU as the device.':
    '此引擎说不出时间花在哪里。请选择WebAssembly或WebGPU作为设备。',

  // worker/web-folder
  '{0} has more than {1} folders or {2} files. Pack it, and drop the archive or its address.':
    '{0}有超过{1}个文件夹或{2}个文件。请打包，再拖入压缩包或给出其网址。',
  '{0} answers with no list of files. Give the address of an archive, or have the server list the folder.':
    '{0}的应答没有文件列表。请给出压缩包的网址，或让服务器列出文件夹。',
  'The page at {0} lists no images, tables or archives. Give the address of a folder that its server lists.':
    '{0}的页面没有列出图像、表格或压缩包。请给出服务器会列出的文件夹的网址。',

  // app/store/recovery
  '{0} Nothing was saved yet, so the run begins again.': '{0}尚未保存任何内容，因此运行从头开始。',
  '{0} The run goes on from where it was last saved.': '{0}运行从上次保存处继续。',
  '{0} That was the second time: from here on the processor computes (WebAssembly).':
    '{0}这是第二次了：从这里起由处理器计算（WebAssembly）。',

  // worker/hub/dataset-files
  'The data set "{0}" has more than {1}000 files. Download an archive of it and drop that.':
    '数据集“{0}”有超过{1}000个文件。请下载它的压缩包并拖入。',
  '{0} did not answer with a list of files. Check the name, then try again.': '{0}的应答不是文件列表。请检查名称，然后重试。',
  'The data set "{0}" holds no images, archives or Parquet files that are read here. It holds: {1}.':
    '数据集“{0}”不含这里能读取的图像、压缩包或Parquet文件。它含有：{1}。',

  // worker/hub/hosts
  ' If it is blocked where you are, choose the mirror {0} as the host.': '如果您那里无法访问，请选择镜像{0}作为主机。',

  // worker/hub/hub
  '"{0}" holds no weights that are read here (.safetensors, .bin, .pth, .npz). It holds: {1}.':
    '“{0}”不含这里能读取的权重（.safetensors、.bin、.pth、.npz）。它含有：{1}。',
  '"{0}" is no name on the hub. It looks like google/vit-base-patch16-224.': '“{0}”不是Hub上的名称。它应形如google/vit-base-patch16-224。',
  '"{0}" needs {1} more, and this browser has room for {2}. Delete a kept model or free space on the disk, then try again.':
    '“{0}”还需要{1}，而此浏览器有{2}空间。请删除一个保存的模型，或释放磁盘空间，然后重试。',
  '{0} could not be kept: the disk may be full. Free some space, then try again.': '{0}无法保存：磁盘可能已满。请释放一些空间，然后重试。',

  // worker/hub/opfs
  'The browser has no room for more of {0}. What has arrived is kept: delete a kept model or free space on the disk, then try again to go on from there.':
    '浏览器没有空间存放{0}的其余部分。已到的部分都保留着：请删除一个保存的模型，或释放磁盘空间，然后重试，将从那里继续。',
  'Another tab is fetching {0} already. Wait until it has, or close that tab, then try again.':
    '另一个标签页已经在获取{0}。请等它完成，或关闭那个标签页，然后重试。',

  // worker/hub/transfer
  '{0} answered {1}: there is no such model, or it is private or asks for consent. Check the name; download what asks for consent on huggingface.co and drop the files here.':
    '{0}的应答为{1}：没有这样的模型，或它是私有的，或需要同意条款。请检查名称；需要同意条款的，请在huggingface.co下载，再把文件拖到这里。',
  '{0} answered 404: there is no such model or file. Check the name.': '{0}的应答为404：没有这样的模型或文件。请检查名称。',
  '{0} answered {1}. Check the name, then try again.': '{0}的应答为{1}。请检查名称，然后重试。',
  'it answered {0}, too many requests': '它的应答为{0}，请求过多',
  'it answered {0}': '它的应答为{0}',
  '{0} could not be had after {1} tries ({2}). What has arrived is kept; try again later.{3}':
    '{0}尝试{1}次后仍无法获得（{2}）。已到的部分都保留着；请稍后重试。{3}',
  'no bytes came for too long': '太久没有字节到来',
  'the answer was empty': '应答是空的',
  'the connection was cut': '连接中断了',
  'The download of {0} broke off at {1} of {2} bytes ({3}). What has arrived is kept; try again to go on from there.':
    '{0}的下载在{2}字节中的{1}字节处中断（{3}）。已到的部分都保留着；请重试，将从那里继续。',
  '{0} is not the file that the hub promises ({1} bytes{2}), twice. Nothing of it was kept. Try again later, or download it by hand and drop it here.':
    '{0}两次都不是Hub所承诺的文件（{1}字节{2}）。它的内容都没有保存。请稍后重试，或自行下载并拖到这里。',
  ', SHA-256 {0}…': '，SHA-256 {0}…',

  // worker/runs/calls
  'Nothing of this run is saved any more: the browser or somebody cleared it. Start computes it again.':
    '这次运行已没有任何保存的内容：浏览器或某人清除了它。“开始”会重新计算。',

  // worker/runs/run-files
  'The browser gives this site no more room, so the run is no longer saved as it goes. It goes on; save its record at the end, or delete runs that you no longer need.':
    '浏览器不再给本站空间，因此运行过程中不再保存。运行仍在继续；请在结束时保存记录，或删除不再需要的运行。',
  'This browser keeps no files of this site ({0}): a run is lost when the page closes. Save its record at the end.':
    '此浏览器不保存本站的文件（{0}）：页面关闭时运行就会丢失。请在结束时保存记录。',

  // worker/runs/state-writer
  'This run was not saved just now: writing its state took longer than a minute. It is tried again.':
    '刚才未能保存此次运行：写入其状态超过了一分钟。稍后会再试。',
  'This run was not saved just now: the worker for that stopped ({0}). It is tried again.':
    '刚才未能保存此次运行：负责保存的线程已停止（{0}）。稍后会再试。',

  // worker/mixer
  '"{0}" has {1} models in memory, and {2} shares were given. Start the run here first.':
    '“{0}”在内存中有{1}个模型，而给出了{2}个份额。请先在这里开始运行。',
  'A share of an increment is a number from 0 to 1.': '增量的份额是0到1之间的数。',
  'The increments of "{0}" cannot be mixed: {1}.': '“{0}”的增量无法混合：{1}。',
  'it has none': '它没有增量',
  '"{0}" is not read by "{1}". Choose another way under "Read by".': '“{0}”不以“{1}”读出。请在“读出方式”下选择另一种。',
};
